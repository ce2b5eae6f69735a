import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { checkFailures } from '../../../cli/projectTests/checksOf.ts';
import { accessTo } from '../../../client/access.ts';

const access = accessTo('local', { endpoint: 'http://127.0.0.1:1', collector: '', dataDir: '' });
const sfn = mockClient(SFNClient);
const athena = mockClient(AthenaClient);

afterEach(() => {
  sfn.reset();
  athena.reset();
});

/** A run whose checks find these rows; each check's SQL is its name. */
const runWith = (found: Readonly<Record<string, string[]>>): void => {
  const checks = Object.keys(found).map((name) => ({ name, sql: name }));
  const input = JSON.stringify({ tally: { output: { checks } } });
  const event = (name: string) => ({
    timestamp: undefined,
    type: undefined,
    id: 1,
    stateEnteredEventDetails: { name, input },
  });
  sfn.on(GetExecutionHistoryCommand).resolves({ events: [event('Tally')], nextToken: 'more' });
  sfn
    .on(GetExecutionHistoryCommand, { executionArn: 'arn', nextToken: 'more' })
    .resolves({ events: Object.keys(found).length > 0 ? [event('Checks')] : [] });
  for (const [name, rows] of Object.entries(found)) {
    athena.on(StartQueryExecutionCommand, { QueryString: name }).resolves({ QueryExecutionId: name });
    athena.on(GetQueryExecutionCommand, { QueryExecutionId: name }).resolves({
      QueryExecution: { StatementType: 'DML', Status: { State: 'SUCCEEDED' } },
    });
    const row = (value: string) => ({ Data: [{ VarCharValue: value }] });
    athena.on(GetQueryResultsCommand, { QueryExecutionId: name }).resolves({
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: [{ Name: 'what', Type: 'varchar' }] },
        Rows: ['what', ...rows].map(row),
      },
    });
  }
};

const failuresOf = (...mustFail: string[]) =>
  checkFailures(
    access,
    'arn',
    mustFail.map((name) => ({ name, line: 9 })),
    new AbortController().signal,
  );

describe('checks of a test', () => {
  test('are each asked, since a run ends with the first that finds rows', async () => {
    runWith({ first: ['no items'], second: ['late', 'later'], third: [] });
    expect(await failuresOf('first', 'second')).toEqual([]);
  });

  test('that fail without being named are failures, with what they found first', async () => {
    runWith({ first: ['no items'], second: [] });
    expect(await failuresOf()).toEqual([
      { says: 'check first failed (queries/checks/first.sql). The first row that it found: ["no items"]' },
    ]);
  });

  test('that are named and find nothing are failures', async () => {
    runWith({ first: [] });
    expect(await failuresOf('first')).toEqual([
      { line: 9, says: 'check first should have failed, and it found nothing' },
    ]);
  });

  test('that are named and did not run are failures', async () => {
    runWith({});
    expect(await failuresOf('first')).toEqual([
      { line: 9, says: 'check first should have failed, and it did not run: there was nothing to build' },
    ]);
  });
});
