import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from '@jest/globals';
import { type Ledger, openLedger } from '../../../client/ledger.ts';
import { type FixedClock, fixedClock } from '../../helpers/fakes.ts';
import { onceDynamo } from '../../helpers/onceDynamo.ts';
import { HOUR } from './support/contract.ts';

/** What the ports do not show: attributes that keep an item in a sparse index although nothing more is to be found there. */

const dynamo = onceDynamo();
let table: string;
let ledger: Ledger;
let clock: FixedClock;
beforeAll(async () => {
  table = await dynamo.createLedgerTable();
  clock = fixedClock();
  ledger = openLedger(dynamo.client, table, clock);
});

const attributesOf = async (pk: string): Promise<string[]> => {
  const request = { TableName: table, Key: { pk: { S: pk } }, ConsistentRead: true };
  return Object.keys((await dynamo.client.send(new GetItemCommand(request))).Item ?? {}).sort();
};

test('a partition leaves the index of what is retired with its last retired build', async () => {
  const { retiredFiles } = ledger;
  await retiredFiles.retireBuilds(HOUR, { shown: undefined, others: ['a', 'b'] });
  await retiredFiles.forgetBuild(HOUR, 'a');
  expect(await attributesOf(HOUR)).toEqual(['pk', 'retired', 'retired_builds']);
  await retiredFiles.forgetBuild(HOUR, 'b');
  expect(await attributesOf(HOUR)).toEqual(['pk']);
});

test("a mart's day leaves it with the last of its files", async () => {
  const run = { mart: 'daily_sales', day: '2026-11-01', run: 'run=e-1' };
  await ledger.retiredFiles.retireMartRuns(run.mart, run.day, { shown: undefined, others: [run.run] });
  expect(await attributesOf('mart#daily_sales#2026-11-01')).toEqual(['pk', 'retired', 'retired_builds']);
  await ledger.retiredFiles.forgetMartRun(run);
  expect(await attributesOf('mart#daily_sales#2026-11-01')).toEqual(['pk']);
});
