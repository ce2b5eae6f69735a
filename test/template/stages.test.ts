import { beforeAll, describe, expect, test } from '@jest/globals';
import { readTemplate, resolveTemplate, type TemplateResource } from 'headrace-emulator/template';
import { z } from 'zod';
import { packaged } from '../helpers/packaged.ts';

// Two stages in one account: nothing of one may be named like, or may be reached from, the other.
const stages = ['dev', 'prod'] as const;
type StageName = (typeof stages)[number];
const otherOf: Record<StageName, StageName> = { dev: 'prod', prod: 'dev' };

const resolved = new Map<StageName, TemplateResource[]>();

beforeAll(async () => {
  for (const stage of stages) {
    const { folder } = await packaged(stage);
    const names = { stack: `headrace-${stage}`, endpoint: 'http://127.0.0.1:1' };
    resolved.set(stage, resolveTemplate(readTemplate(folder), names));
  }
}, 200_000);

const of = (stage: StageName): TemplateResource[] => resolved.get(stage) ?? [];

const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...stringsIn(item)]);
};

/** What AWS tells apart: tables of the catalog by their database, everything else by type and name. */
const identityOf = ({ type, name, properties }: TemplateResource): string =>
  `${type} ${type === 'AWS::Glue::Table' ? `${properties.DatabaseName}/` : ''}${name}`;

const allow = z.object({
  Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  Resource: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
});
const policies = z.looseObject({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(allow) }) })).default([]),
});

const grantsOf = (stage: StageName): [role: string, action: string, resource: string][] =>
  of(stage)
    .filter(({ type }) => type === 'AWS::IAM::Role')
    .flatMap(({ logicalId, properties }) =>
      policies
        .parse(properties)
        .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .flatMap(({ Action, Resource }) =>
          Action.flatMap((action) => Resource.map((on): [string, string, string] => [logicalId, action, on])),
        ),
    );

/** What all stages of an account share, and why that touches nobody. */
const shared: [pattern: RegExp, actions: RegExp, why: string][] = [
  [/^\*$/, /^(logs|xray|cloudwatch):/, 'permissions.test.ts: only where AWS knows no resource'],
  [/:glue:[^:]+:\d+:catalog$/, /^glue:/, 'asked for along with a database and a table, which are named'],
  [/:glue:[^:]+:\d+:database\/default$/, /^glue:GetDatabase$/, 'Athena looks at it, whatever it queries'],
  [/:datacatalog\/AwsDataCatalog$/, /^athena:GetDataCatalog$/, 'the one catalog of the account, read'],
  [/:log-group:\/aws-glue\/crawlers/, /^logs:/, 'Glue has one log group for all crawlers, a stream for each'],
  [/:rule\/StepFunctionsGetEvents/, /^events:/, 'the rule Step Functions keeps for itself'],
];

describe.each(stages)('the stage %s, beside another in the same account', (stage) => {
  const other = otherOf[stage];

  test('has no name in common with it', () => {
    const theirs = new Set(of(other).map(identityOf));
    expect(of(stage).length).toBeGreaterThan(50);
    expect(
      of(stage)
        .map(identityOf)
        .filter((name) => theirs.has(name)),
    ).toEqual([]);
  });

  test('says its name in every name that it gives', () => {
    const named = of(stage).filter(
      ({ type }) => !/^AWS::(Glue::Table|ApiGatewayV2::|Lambda::(Permission|EventSource))/.test(type),
    );
    const odd = named.filter(({ name }) => !new RegExp(`headrace[-_]${stage}(?![a-z0-9])`).test(name));
    expect(odd.map(({ logicalId, name }) => [logicalId, name])).toEqual([]);
  });

  test('speaks of the other one nowhere: no ARN, no variable, no query', () => {
    const others = new RegExp(`headrace[-_/]${other}(?![a-z0-9])`, 'i');
    const found = of(stage).flatMap(({ logicalId, properties }) =>
      stringsIn(properties)
        .filter((text) => others.test(text))
        .map((text) => `${logicalId}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  test('lets no role reach what is not its own', () => {
    const own = new RegExp(`headrace[-_]${stage}(?![a-z0-9])`);
    const grants = grantsOf(stage);
    expect(grants.length).toBeGreaterThan(100);
    const strange = grants.filter(
      ([, action, on]) =>
        !own.test(on) && !shared.some(([pattern, actions]) => pattern.test(on) && actions.test(action)),
    );
    expect(strange).toEqual([]);
  });

  test('has no wildcard before its name: none that another stage would match', () => {
    const wide = grantsOf(stage).filter(([, , on]) => /[*?].*headrace/.test(on));
    expect(wide).toEqual([]);
  });
});

test('everything listed as shared is used, so that the list stays short', () => {
  const grants = stages.flatMap(grantsOf);
  const unused = shared.filter(
    ([pattern, actions]) => !grants.some(([, action, on]) => pattern.test(on) && actions.test(action)),
  );
  expect(unused.map(([, , why]) => why)).toEqual([]);
});
