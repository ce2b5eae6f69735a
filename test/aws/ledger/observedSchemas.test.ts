import { describe, expect, test } from '@jest/globals';
import { openLedger } from '../../../client/ledger.ts';
import { FULL, MAX_PROPERTIES_KEPT } from '../../../src/aws/ledger/observedSchemas.ts';
import { fixedClock } from '../../helpers/fakes.ts';
import { onceDynamo } from '../../helpers/onceDynamo.ts';
import { Death, type Gate, ledgersOn } from '../../properties/support/fates.ts';
import { contract } from './support/contract.ts';

contract('observed schemas', (on) => {
  test('a property is new once, and each new one asks for a crawl', async () => {
    expect(await on.ledger.observedSchemas.note('page_view', ['url:string', 'n:number'])).toEqual([
      'url:string',
      'n:number',
    ]);
    expect(await on.ledger.observedSchemas.note('page_view', ['url:string'])).toEqual([]);
    expect(await on.ledger.observedSchemas.note('order', ['url:string'])).toEqual(['url:string']);

    expect(await on.ledger.observedSchemas.crawlWanted()).toEqual({ pending: true, wanted: 2 });
  });

  test('a crawl that ended does not cover the properties noted while it ran', async () => {
    await on.ledger.observedSchemas.note('page_view', ['a:string']);
    const { wanted } = await on.ledger.observedSchemas.crawlWanted();
    await on.ledger.observedSchemas.note('page_view', ['b:string']);
    await on.ledger.observedSchemas.crawlDone(wanted);
    expect(await on.ledger.observedSchemas.crawlWanted()).toEqual({ pending: true, wanted: 2 });

    await on.ledger.observedSchemas.crawlDone(2);
    await on.ledger.observedSchemas.crawlDone(1);
    expect(await on.ledger.observedSchemas.crawlWanted()).toEqual({ pending: false, wanted: 2 });
  });
});

describe('an observed schema in DynamoDB', () => {
  const dynamo = onceDynamo();

  const open = async () =>
    openLedger(dynamo.client, await dynamo.createLedgerTable(), fixedClock()).observedSchemas;
  const properties = (from: number) =>
    Array.from({ length: MAX_PROPERTIES_KEPT }, (_, at) => `key${from + at}:string`);

  test('of an event whose property names never end fills up, says so once, and asks no more', async () => {
    const schemas = await open();
    expect(await schemas.note('odd', properties(0))).toHaveLength(MAX_PROPERTIES_KEPT);
    expect(await schemas.note('odd', properties(MAX_PROPERTIES_KEPT))).toEqual([FULL]);
    expect(await schemas.note('odd', properties(5 * MAX_PROPERTIES_KEPT))).toEqual([]);
    expect((await schemas.crawlWanted()).wanted).toBe(2);
  });

  test('keeps no property whose name is longer than an item can hold many of', async () => {
    const schemas = await open();
    expect(await schemas.note('odd', [`${'x'.repeat(300)}:string`, 'short:string'])).toEqual([
      'short:string',
    ]);
  });

  test.each([0, 1])('is crawled for also if the process ends before change %i of noting it', async (last) => {
    const ledgers = ledgersOn(dynamo, await dynamo.createLedgerTable());
    let changes = 0;
    const dying: Gate = async (call, isChange) => {
      if (isChange && changes++ === last) throw new Death('the function was killed');
      return call();
    };
    const { observedSchemas } = ledgers(undefined, fixedClock());
    await expect(ledgers(dying, fixedClock()).observedSchemas.note('odd', ['a:string'])).rejects.toThrow(
      Death,
    );
    await observedSchemas.note('odd', ['a:string']);
    expect((await observedSchemas.crawlWanted()).pending).toBe(true);
  });

  test('that two builds note at once is news to one of them only', async () => {
    const ledgers = ledgersOn(dynamo, await dynamo.createLedgerTable());
    const other = ledgers(undefined, fixedClock()).observedSchemas;
    let told: string[] | undefined;
    const late: Gate = async (call, isChange) => {
      if (isChange) told ??= await other.note('odd', ['a:string']);
      return call();
    };
    expect(await ledgers(late, fixedClock()).observedSchemas.note('odd', ['a:string', 'b:string'])).toEqual([
      'b:string',
    ]);
    expect(told).toEqual(['a:string']);
  });
});
