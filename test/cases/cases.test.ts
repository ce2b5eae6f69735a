import { readdirSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { athenaEmulator } from 'headrace-emulator/testing';
import { accessTo } from '../../client/access.ts';
import { createWriteKey } from '../../client/keys.ts';
import { martNames } from '../../src/etl/queries.ts';
import { catalogColumns } from '../../src/events/columnCatalog.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { useStage } from '../helpers/commandLine.ts';
import { madeOnce } from '../helpers/made.ts';
import { type Case, cases, rawLines } from './table.ts';

/**
 * Inputs that once came out wrong, each by its right value: the table is in table.ts. All of them go into one stage, and one run
 * builds what came of them; each file has a source of its own on each of its ways.
 */
const stage = useStage();
const athena = madeOnce(
  () => athenaEmulator(),
  (one) => one.close(),
);

type Row = Record<string, string | null>;

const sourceOf = (one: Case): string => `case-${cases.indexOf(one)}`;

const answers = new Map<Case, unknown>();
const bySource: Record<'events' | 'quarantine' | 'users', Record<string, Row[] | undefined>> = {
  events: {},
  quarantine: {},
  users: {},
};

const goIn = async (one: Case): Promise<unknown> => {
  const access = accessTo('local', stage);
  const source = sourceOf(one);
  const writeKey = await createWriteKey(access, source, new Date());
  // What fails is the answer of this case alone.
  return one.way.goIn(one.file, { stage, access, athena, source, writeKey }).catch(String);
};

/** What cases ask of the columns of the shop's event types, as far as the project has these. */
const typedColumns = Object.entries({
  signed_up_at: 'CAST(signed_up_at AS varchar)',
  quantity: 'quantity',
  items: `array_join(transform(items, i -> concat(i.product_id, ' ', coalesce(CAST(CAST(i.price AS decimal(4, 1)) AS varchar), 'NULL'), ' ', CAST(i.quantity AS varchar))), ', ')`,
})
  .filter(([name]) => catalogColumns.some((column) => column.name === name))
  .map(([name, sql]) => `, ${sql} AS ${name}`);

const countsUsers = martNames.includes('daily_events');

const rowsOf = async (sql: string) => Object.groupBy(await stage.ask(sql), ({ source }) => source ?? 'none');

beforeAll(async () => {
  for (const one of cases) answers.set(one, await goIn(one));
  expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
  bySource.events = await rowsOf(
    `SELECT source, event_id, event_name, CAST(event_time AS varchar) AS event_time, user_id, properties,
       json_format(CAST(schema_errors AS json)) AS schema_errors${typedColumns.join('')}
     FROM events`,
  );
  bySource.quarantine = await rowsOf('SELECT source, raw FROM quarantine');
  if (countsUsers) bySource.users = await rowsOf('SELECT source, users FROM daily_events');
}, 300_000);

const withTheirTypes = cases.filter(({ type }) => type === undefined || knownEventTypes.has(type));

test.each(withTheirTypes)('$file, $way.how', (one) => {
  const { answer, rows = [], users } = one;
  const found = bySource.events[sourceOf(one)] ?? [];
  expect(answers.get(one)).toMatchObject(answer);
  expect(found).toEqual(expect.arrayContaining(rows.map((row) => expect.objectContaining(row))));
  expect(found).toHaveLength(rows.length);
  expect((bySource.quarantine[sourceOf(one)] ?? []).map(({ raw }) => raw)).toEqual(rawLines(one));
  if (users !== undefined && countsUsers)
    expect(bySource.users[sourceOf(one)]).toMatchObject([{ users: `${users}` }]);
});

test('every file has a row in the table', () => {
  expect([...new Set(cases.map(({ file }) => file))].sort()).toEqual(
    readdirSync('test/fixtures/cases').sort(),
  );
});
