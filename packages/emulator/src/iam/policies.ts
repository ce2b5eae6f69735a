import { z } from 'zod';
import type { TemplateResource } from '../template/resolveTemplate.ts';
import { readDocument } from './document.ts';
import type { Role, Statement } from './types.ts';

/** The policies a template declares. */
export interface TemplatePolicies {
  /** by ARN */
  roles: ReadonlyMap<string, Role>;
  /** by the bucket's name */
  buckets: ReadonlyMap<string, readonly Statement[]>;
}

const inline = z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() });

const roleProperties = z.object({
  AssumeRolePolicyDocument: z.unknown(),
  Policies: z.array(inline).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
  PermissionsBoundary: z.never('permission boundaries are not emulated').optional(),
});

/** AWS::IAM::Policy, AWS::IAM::ManagedPolicy */
const attached = z.object({
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
});

const bucketPolicy = z.object({ Bucket: z.string(), PolicyDocument: z.unknown() });

const parse = <T>(schema: z.ZodType<T>, { logicalId, type, properties }: TemplateResource): T => {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new Error(`${logicalId} (${type}): ${z.prettifyError(parsed.error)}`);
};

/** Throws an Error naming the resource or statement that the emulator cannot judge. */
export const policiesOf = (resources: readonly TemplateResource[]): TemplatePolicies => {
  const ofType = (type: string): TemplateResource[] => resources.filter((each) => each.type === type);
  const others = [...ofType('AWS::IAM::Policy'), ...ofType('AWS::IAM::ManagedPolicy')];
  const roles = ofType('AWS::IAM::Role').map((resource) => roleOf(resource, others));
  const buckets = new Map<string, Statement[]>();
  for (const resource of ofType('AWS::S3::BucketPolicy')) {
    const { Bucket, PolicyDocument } = parse(bucketPolicy, resource);
    const statements = readDocument(PolicyDocument, resource.logicalId, 'resource');
    buckets.set(Bucket, [...(buckets.get(Bucket) ?? []), ...statements]);
  }
  return { roles: new Map(roles.map((role) => [role.arn, role])), buckets };
};

const roleOf = (resource: TemplateResource, others: readonly TemplateResource[]): Role => {
  const { logicalId, name, attributes } = resource;
  const { AssumeRolePolicyDocument, Policies, ManagedPolicyArns } = parse(roleProperties, resource);
  const own = Policies.flatMap((each) =>
    readDocument(each.PolicyDocument, `${logicalId}/${each.PolicyName}`, 'identity'),
  );
  const refs = new Set(others.map(({ ref }) => ref));
  const foreign = ManagedPolicyArns.find((arn) => !refs.has(arn));
  if (foreign !== undefined) {
    throw new Error(
      `${logicalId} (AWS::IAM::Role): the emulator does not know ${foreign}. Write its statements into the role.`,
    );
  }
  const more = others
    .map((other) => ({ other, given: parse(attached, other) }))
    .filter(({ other, given }) => given.Roles.includes(name) || ManagedPolicyArns.includes(other.ref))
    .flatMap(({ other, given }) =>
      readDocument(given.PolicyDocument, `${logicalId}/${other.logicalId}`, 'identity'),
    );
  const trust = readDocument(AssumeRolePolicyDocument, `${logicalId}/trust`, 'trust');
  return { logicalId, name, arn: attributes.Arn ?? name, trust, identity: [...own, ...more] };
};
