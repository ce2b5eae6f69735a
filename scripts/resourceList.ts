import { readFileSync } from 'node:fs';
import { z } from 'zod';

// What a packaged template declares, for people to review: as a list, and as the difference between two templates.

const resource = z.object({
  Type: z.string(),
  DeletionPolicy: z.string().default('Delete'),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const template = z.object({ Resources: z.record(z.string(), resource) });
const cannotChange = z.record(z.string(), z.array(z.string()));

type Resource = z.infer<typeof resource>;
export type Resources = Record<string, Resource>;

export const resourcesOf = (path: string): Resources =>
  template.parse(JSON.parse(readFileSync(path, 'utf8'))).Resources;

/** By type: properties that CloudFormation changes only by making the resource anew. See scripts/createOnly.py. */
const createOnly = cannotChange.parse(
  JSON.parse(readFileSync(new URL('createOnly.json', import.meta.url), 'utf8')),
);

/** The API's URL is its id, and Glue's registry entries do not name what is inside of DatabaseInput and TableInput. */
const namePaths = [
  ['BucketName'],
  ['TableName'],
  ['FunctionName'],
  ['StateMachineName'],
  ['LogGroupName'],
  ['TopicName'],
  ['AlarmName'],
  ['DashboardName'],
  ['AliasName'],
  ['PolicyName'],
  ['Name'],
  ['DatabaseInput', 'Name'],
  ['TableInput', 'Name'],
  ['Budget', 'BudgetName'],
];

const field = z.record(z.string(), z.unknown());

const at = (properties: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => field.safeParse(value).data?.[key], properties);

const text = (value: unknown): string => {
  const substituted = z.object({ 'Fn::Sub': z.string() }).safeParse(value).data?.['Fn::Sub'];
  return typeof value === 'string' ? value : (substituted ?? JSON.stringify(value));
};

/** The name a resource is given, or `-` when AWS makes one up. */
export const nameOf = ({ Type, Properties }: Resource): string => {
  if (Type === 'AWS::Lambda::Permission') return '-'; // its FunctionName is whom it is about
  const found = namePaths.map((path) => at(Properties, path)).find((value) => value !== undefined);
  return found === undefined ? '-' : text(found);
};

/** One line a resource: logical id, type, deletion policy, name. Sorted by type, then id. */
export const listed = (resources: Resources): string[] =>
  Object.entries(resources)
    .map(([id, one]) => [one.Type, id, one.DeletionPolicy, nameOf(one)])
    .sort(([a = '', b = ''], [c = '', d = '']) => a.localeCompare(c) || b.localeCompare(d))
    .map(([type, id, deletion, name]) => `${type}  ${id}  ${deletion}  ${name}`);

/** Everything in a resource that CloudFormation cannot change in place, its name included. */
export const pinned = (one: Resource): Record<string, unknown> => {
  const paths = (createOnly[one.Type] ?? []).map((path) => path.split('/'));
  const values = paths.map((path) => [path.join('.'), at(one.Properties, path)] as const);
  return Object.fromEntries([...values.filter(([, value]) => value !== undefined), ['name', nameOf(one)]]);
};

/** Where the zips of a deployment lie: another place every time, and so no change that a reader looks for. */
const withoutArtifact = ({ Type, Properties }: Resource): string =>
  JSON.stringify(Type === 'AWS::Lambda::Function' ? { ...Properties, Code: undefined } : Properties);

export interface Difference {
  added: string[];
  removed: string[];
  /** what the update makes anew, with the properties that force it to */
  replaced: string[];
  changed: string[];
}

/** What deploying `after` does to a stack that was deployed from `before`. Logical ids with their types. */
export const difference = (before: Resources, after: Resources): Difference => {
  const label = (id: string, one: Resource): string => `${id} (${one.Type})`;
  const found: Difference = { added: [], removed: [], replaced: [], changed: [] };
  for (const [id, one] of Object.entries(before)) {
    const next = after[id];
    if (!next) {
      found.removed.push(`${label(id, one)}, ${one.DeletionPolicy === 'Retain' ? 'retained' : 'deleted'}`);
      continue;
    }
    const [was, is] = [pinned(one), pinned(next)];
    const moved = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
      (key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]),
    );
    if (one.Type !== next.Type) found.replaced.push(`${label(id, next)}: it was ${one.Type}`);
    else if (moved.length > 0) found.replaced.push(`${label(id, next)}: ${moved.join(', ')}`);
    else if (withoutArtifact(one) !== withoutArtifact(next)) found.changed.push(label(id, next));
  }
  for (const [id, one] of Object.entries(after)) if (!before[id]) found.added.push(label(id, one));
  return found;
};
