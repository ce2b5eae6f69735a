import { ACCOUNT_ID, REGION } from '../account.ts';
import type { AwsError } from '../contracts.ts';
import { accessKeyOf } from '../lambda/variables.ts';
import type { TemplateResource } from '../template/resolveTemplate.ts';
import { arn as arnOf } from './arns.ts';
import { denial, serviceOf } from './denials.ts';
import { type Asking, type Decision, decide } from './evaluate.ts';
import { policiesOf, type TemplatePolicies } from './policies.ts';
import type { Permit, RequestContext, RequiredPermission, Role, Statement } from './types.ts';
import { type Use, Uses } from './uses.ts';

/** What the services of the emulator see of IAM. */
export interface Access {
  /**
   * The permissions of a caller by the access key id of its signature: a function's, or the ARN of the role that a
   * service acts as. undefined: anybody else, who is an administrator.
   */
  permitOf(accessKeyId: string): Permit | undefined;
}

/** A stage of which nobody is limited: for tests of a service by itself. */
export const everybodyMay: Access = { permitOf: () => undefined };

/** A request of a role that was refused: `resource` is that of the last such request. */
export interface Denied {
  /** logical id */
  role: string;
  action: string;
  resource: string;
}

interface Session {
  role: Role;
  arn: string;
  /** what its requests carry beside what all do: those of a function say which it is */
  context: RequestContext;
}

/** Decides what the roles of a template may do, and notes what they did. */
export class Authority implements Access {
  #policies: TemplatePolicies = { roles: new Map(), buckets: new Map() };
  readonly #sessions = new Map<string, Session>();
  readonly #uses: Uses;
  readonly #denials = new Map<string, Denied>();

  /** `usageFolder`: where uses are written as they happen. */
  constructor(usageFolder?: string) {
    this.#uses = new Uses(usageFolder);
  }

  /** From now on the template's policies hold. Throws an Error naming what of them cannot be judged. */
  load(resources: readonly TemplateResource[]): void {
    this.#policies = policiesOf(resources);
    for (const role of this.#policies.roles.values()) this.#open(role.arn, role, 'emulator');
    for (const { type, name, properties } of resources) {
      if (type !== 'AWS::Lambda::Function') continue;
      const role = this.#policies.roles.get(String(properties.Role));
      const context = { 'lambda:sourcefunctionarn': arnOf('lambda', `function:${name}`) };
      if (role) this.#open(accessKeyOf(name), role, name, context);
    }
  }

  #open(accessKeyId: string, role: Role, name: string, context: RequestContext = {}): void {
    const arn = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role.name}/${name}`;
    this.#sessions.set(accessKeyId, { role, arn, context });
  }

  permitOf(accessKeyId: string): Permit | undefined {
    const session = this.#sessions.get(accessKeyId);
    if (session === undefined) return undefined;
    return (...asks) => {
      for (const ask of asks) {
        const decision = this.#judge(session, ask);
        if (!decision.allowed) throw this.#deny(session, ask, decision);
        this.#uses.note(session.role.logicalId, ask.action, ask.resource, decision.grants);
      }
    };
  }

  /** Whether a service may act as the role; a role that is not in the template is somebody else's business. */
  mayAssume(roleArn: string, service: string, sourceArn: string): boolean {
    const role = this.#policies.roles.get(roleArn);
    if (role === undefined) return true;
    const context = { 'aws:sourceaccount': ACCOUNT_ID, 'aws:sourcearn': sourceArn };
    const ask: RequiredPermission = { action: 'sts:AssumeRole', resource: roleArn, context };
    const decision = decide({ identity: [], resource: role.trust }, { service }, ask, everywhere);
    if (decision.allowed) this.#uses.note(role.logicalId, ask.action, roleArn, decision.grants);
    else
      this.#denials.set(`${role.logicalId} ${ask.action}`, {
        role: role.logicalId,
        action: ask.action,
        resource: roleArn,
      });
    return decision.allowed;
  }

  /** Every use of a permission so far. */
  used(): Use[] {
    return this.#uses.all();
  }

  /** What was refused so far, each action of a role once. */
  denied(): Denied[] {
    return [...this.#denials.values()];
  }

  #deny(
    { role, arn }: Session,
    ask: RequiredPermission,
    decision: Exclude<Decision, { allowed: true }>,
  ): AwsError {
    const { action, resource } = ask;
    this.#denials.set(`${role.logicalId} ${action}`, { role: role.logicalId, action, resource });
    return denial(arn, ask, decision);
  }

  #judge({ role, arn, context: own }: Session, ask: RequiredPermission): Decision {
    const asking: Asking = { role: role.arn, session: arn };
    const ofRole = { 'aws:principalarn': role.arn, 'aws:principalaccount': ACCOUNT_ID };
    const context = { ...everywhere, ...ofRole, ...own };
    return decide({ identity: role.identity, resource: this.#resourcePolicy(ask) }, asking, ask, context);
  }

  #resourcePolicy({ action, resource }: RequiredPermission): readonly Statement[] {
    if (serviceOf(action) !== 's3') return [];
    const bucket = resource.replace('arn:aws:s3:::', '').split('/')[0] ?? '';
    return this.#policies.buckets.get(bucket) ?? [];
  }
}

/** The endpoint has no TLS, but nothing leaves this machine: it counts as secure. */
const everywhere: RequestContext = { 'aws:securetransport': 'true', 'aws:requestedregion': REGION };
