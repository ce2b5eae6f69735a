import { z } from 'zod';

// What the roles of a packaged template let their holders do with the things that hold data.

const values = z.record(z.string(), z.unknown());
const resource = z.object({ Type: z.string(), Properties: values.default({}) });
export const template = z.object({ Resources: z.record(z.string(), resource) });
export type Resources = z.infer<typeof template>['Resources'];

export const reference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.array(z.string()) }).transform((one) => one['Fn::GetAtt'][0] ?? ''),
]);

const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const statement = z.object({ Action: oneOrMore, Resource: z.unknown() });
const role = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) })).default([]),
});

/** A thing of the template, or a folder of a bucket, and how it is used. */
export interface Access {
  /** logical id; of a bucket with the folder: `LakeBucket/raw/` */
  thing: string;
  reads: boolean;
  writes: boolean;
  deletes: boolean;
}

/** `${LakeBucket.Arn}/quarantine/dt=*` → `LakeBucket/quarantine/`: the folder, as far as it has no wildcard. */
const thingOf = (target: unknown): string | undefined => {
  const referred = reference.safeParse(target).data;
  if (referred !== undefined) return referred;
  const text = z.object({ 'Fn::Sub': z.string() }).safeParse(target).data?.['Fn::Sub'];
  const arn = /^\$\{(\w+)\.Arn\}(.*)$/.exec(text ?? '');
  if (arn !== null) {
    const [, id = '', path = ''] = arn;
    if (path.startsWith('/index/')) return id;
    const parts = path.split('/').filter((part) => part !== '');
    const wild = parts.findIndex((part) => part.includes('*'));
    const folders = wild === -1 ? parts : parts.slice(0, wild);
    return folders.length === 0 ? id : `${id}/${folders.join('/')}/`;
  }
  const named = /:(?:table|workgroup|crawler)\/(?:\$\{\w+\}\/)?(.+)$/.exec(text ?? '')?.[1];
  return named?.replace(/^\$\{(\w+)\}$/, '$1');
};

const WORDS = {
  reads: /:(Get(Item|Object|Records)|BatchGetItem|Query)$/,
  writes:
    /:(PutObject|PutRecords|PutItem|UpdateItem|CreatePartition|UpdatePartition|CreateTable|StartQueryExecution)$/,
  deletes: /:DeleteObject$/,
} as const;

const any = (actions: readonly string[], word: RegExp): boolean =>
  actions.some((action) => word.test(action));

const listOf = (target: unknown): unknown[] => (Array.isArray(target) ? target : [target]);

/** What a role lets its holder do: one entry a thing, in the order of the policies. */
export const accessOf = (resources: Resources, roleId: string): Access[] => {
  const found = new Map<string, Access>();
  const { Policies } = role.parse(resources[roleId]?.Properties ?? {});
  for (const { PolicyDocument } of Policies)
    for (const { Action, Resource } of PolicyDocument.Statement)
      for (const target of listOf(Resource)) {
        const thing = thingOf(target);
        if (thing === undefined) continue;
        const before = found.get(thing);
        found.set(thing, {
          thing,
          reads: any(Action, WORDS.reads) || before?.reads === true,
          writes: any(Action, WORDS.writes) || before?.writes === true,
          deletes: any(Action, WORDS.deletes) || before?.deletes === true,
        });
      }
  return [...found.values()].filter(({ reads, writes, deletes }) => reads || writes || deletes);
};
