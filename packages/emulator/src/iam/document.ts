import { z } from 'zod';
import { problemOf } from './conditions.ts';
import { isArnPattern } from './match.ts';
import type { Condition, Patterns, Principals, Statement } from './types.ts';

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);

const values = z.union([
  z.array(z.union([z.string(), z.boolean(), z.number()])),
  z.union([z.string(), z.boolean(), z.number()]).transform((one) => [one]),
]);

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Principal: z
    .union([z.literal('*'), z.strictObject({ AWS: texts.optional(), Service: texts.optional() })])
    .optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
});

const documentSchema = z.object({
  // The older version, which is also the default, differs in that it knows no variables.
  Version: z.enum(['2012-10-17', '2008-10-17']).default('2008-10-17'),
  Statement: z.union([z.array(statementSchema), statementSchema.transform((one) => [one])]),
});

type Given = z.infer<typeof statementSchema>;

/** What kind of policy a document is: only identity policies go without Principal, only trust policies without Resource. */
type PolicyKind = 'identity' | 'resource' | 'trust';

/**
 * The statements of a policy document; `place` begins their ids. Throws an Error naming the statement and what of it
 * the emulator cannot judge.
 */
export const readDocument = (document: unknown, place: string, kind: PolicyKind): Statement[] => {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) throw new Error(`Policy ${place}: ${z.prettifyError(parsed.error)}`);
  const { Version, Statement } = parsed.data;
  return Statement.map((given, index) => {
    const id = `${place}/${index + 1}`;
    const statement = read(given, id, kind);
    const problem = variableIn(given, Version) ?? problemIn(statement, given, kind);
    if (problem !== undefined) throw new Error(`Policy statement ${id}: ${problem}.`);
    return statement;
  });
};

const read = (given: Given, id: string, kind: PolicyKind): Statement => {
  const principals = principalsOf(given.Principal);
  return {
    id,
    effect: given.Effect,
    actions: patterns(given.Action, given.NotAction),
    resources:
      kind === 'trust' ? { not: false, patterns: ['*'] } : patterns(given.Resource, given.NotResource),
    ...(principals ? { principals } : {}),
    conditions: Object.entries(given.Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, wanted]): Condition => ({ operator, key: key.toLowerCase(), values: wanted.map(String) }),
      ),
    ),
  };
};

const patterns = (plain: string[] | undefined, not: string[] | undefined): Patterns => ({
  not: plain === undefined,
  patterns: plain ?? not ?? [],
});

const principalsOf = (given: Given['Principal']): Principals | undefined => {
  if (given === undefined) return undefined;
  if (given === '*') return { all: true, aws: [], services: [] };
  const aws = given.AWS ?? [];
  return { all: aws.includes('*'), aws, services: given.Service ?? [] };
};

const variableIn = (given: Given, version: string): string | undefined =>
  version !== '2012-10-17' && JSON.stringify(given).includes('${')
    ? 'policy variables need the Version 2012-10-17'
    : undefined;

const problemIn = (statement: Statement, given: Given, kind: PolicyKind): string | undefined => {
  if ((given.Action === undefined) === (given.NotAction === undefined)) return 'give Action or NotAction';
  const hasResource = given.Resource !== undefined || given.NotResource !== undefined;
  if (hasResource === (kind === 'trust'))
    return kind === 'trust' ? 'a trust policy has no Resource' : 'give Resource';
  if ((given.Principal === undefined) !== (kind === 'identity'))
    return kind === 'identity' ? 'a policy of a role has no Principal' : 'give Principal';
  const action = statement.actions.patterns.find(
    (each) => each !== '*' && !/^[a-z0-9-]+:[\w*?]+$/i.test(each),
  );
  if (action !== undefined) return `${action} is not an action`;
  const resource = statement.resources.patterns.find((each) => !isArnPattern(each));
  if (resource !== undefined) return `${resource} is not an ARN`;
  return statement.conditions.map(problemOf).find((each) => each !== undefined);
};
