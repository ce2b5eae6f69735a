import { holds } from './conditions.ts';
import { matchesAction, matchesArn } from './match.ts';
import type { Grant, Patterns, Principals, RequestContext, RequiredPermission, Statement } from './types.ts';

export type Decision =
  | { allowed: true; grants: readonly Grant[] }
  | { allowed: false; by: 'noPolicy' | 'identityDeny' | 'resourceDeny'; statement?: string };

/** Who asks: a role's session, or a service that wants to assume a role. */
export type Asking = { role: string; session: string } | { service: string };

/** `${aws:PrincipalAccount}` and the like; one without a value matches nothing. */
const filled = (pattern: string, context: RequestContext): string | undefined => {
  let known = true;
  const text = pattern.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (['*', '?', '$'].includes(name)) return name;
    const value = context[name.toLowerCase()];
    if (typeof value !== 'string') known = false;
    return String(value);
  });
  return known ? text : undefined;
};

/** The pattern that takes the text in; for Not…, all of them when none does. */
const chosen = (
  { not, patterns }: Patterns,
  matches: (pattern: string) => boolean,
): readonly string[] | undefined => {
  const found = patterns.filter(matches);
  if (not) return found.length === 0 ? [`not ${patterns.join(', ')}`] : undefined;
  return found.length === 0 ? undefined : found;
};

/** `states.us-east-1.amazonaws.com` is `states.amazonaws.com` of one region. */
const withoutRegion = (service: string): string =>
  service.replace(/\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com$/, '.amazonaws.com');

const isMeant = (principals: Principals | undefined, asking: Asking): boolean => {
  if (principals === undefined || principals.all) return true;
  if ('service' in asking) return principals.services.some((name) => withoutRegion(name) === asking.service);
  return principals.aws.includes(asking.role) || principals.aws.includes(asking.session);
};

/** Every pair of patterns by which the statement speaks about the request; empty when it does not. */
export const matching = (
  statement: Statement,
  asking: Asking,
  ask: RequiredPermission,
  context: RequestContext,
): readonly Grant[] => {
  if (!isMeant(statement.principals, asking)) return [];
  const actions = chosen(statement.actions, (pattern) => matchesAction(pattern, ask.action));
  const resources = chosen(statement.resources, (pattern) => {
    const text = filled(pattern, context);
    return text !== undefined && matchesArn(text, ask.resource);
  });
  if (actions === undefined || resources === undefined) return [];
  if (!statement.conditions.every((condition) => holds(condition, context))) return [];
  return actions.flatMap((action) =>
    resources.map((resource) => ({ statement: statement.id, action, resource })),
  );
};

export interface Policies {
  identity: readonly Statement[];
  /** of the resource that is asked for */
  resource: readonly Statement[];
}

/**
 * IAM's answer within one account: an explicit Deny anywhere wins; else an Allow of the role's policies or of the
 * resource's is enough; else it is denied. `context` holds what is the same for every request of the caller.
 */
export const decide = (
  { identity, resource }: Policies,
  asking: Asking,
  ask: RequiredPermission,
  context: RequestContext,
): Decision => {
  const all = { ...context, ...ask.context };
  const found = (statements: readonly Statement[], effect: Statement['effect']): Grant[] =>
    statements
      .filter((statement) => statement.effect === effect)
      .flatMap((statement) => matching(statement, asking, ask, all));
  const [denied] = found(identity, 'Deny');
  if (denied) return { allowed: false, by: 'identityDeny', statement: denied.statement };
  const [refused] = found(resource, 'Deny');
  if (refused) return { allowed: false, by: 'resourceDeny', statement: refused.statement };
  const grants = [...found(identity, 'Allow'), ...found(resource, 'Allow')];
  return grants.length > 0 ? { allowed: true, grants } : { allowed: false, by: 'noPolicy' };
};
