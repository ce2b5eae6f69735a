import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type AthenaEmulator,
  addPartition,
  athenaEmulator,
  createTable,
  PARQUET,
} from 'headrace-emulator/testing';
import { countsOf } from '../../client/windows/parts.ts';
import { catalogOf } from '../../resources/data/catalog.ts';
import { speedCheckSql } from '../../src/etl/speedCheckSql.ts';
import type { ScalarType } from '../../src/events/columnType.ts';
import type { WindowType } from '../../src/events/windows/windowType.ts';
import type { Catalog } from '../../src/sinks/windows/counting.ts';
import { windowViewSql } from '../../src/tables/windowViews.ts';
import { catalogParams } from '../helpers/catalogParams.ts';
import { aRecord, lineOf } from '../helpers/records.ts';
import { AGGREGATE, aStage, aWindow, EARLY, FINAL } from '../sinks/windows/support.ts';

/** Views of windows over parts that the consumer wrote and hours that are built. The emulator's day is 2026-11-22. */

const types: Readonly<Record<string, ScalarType>> = {
  revenue: 'double',
  price: 'decimal(12,2)',
  quantity: 'bigint',
  gift: 'boolean',
  delivery: 'date',
  ledger: 'decimal(38,0)',
};
const names = Object.keys(types);
const catalog: Catalog = {
  columns: Object.entries(types).map(([name, type]) => ({ name, type, comment: '' })),
  eventTypes: [
    {
      ...{ name: 'order_completed', view: 'order_completed', comment: '', pii: [] },
      columns: Object.fromEntries(names.map((name) => [name, [{ in: 'properties' as const, path: [name] }]])),
    },
  ],
};

const count = { name: 'events', what: 'count' } as const;
const windows: readonly WindowType[] = [
  aWindow({
    ...{ name: 'chosen', by: [] },
    where: [
      { column: 'quantity', allowed: ['2.0', '3e0'] },
      { column: 'user_id', not: ["o'neil", 'x'] },
    ],
    measures: [count, { name: 'revenue', what: 'sum', column: 'revenue' }],
  }),
  aWindow({
    ...{ name: 'limited', by: ['user_id'] },
    where: [
      { column: 'revenue', min: '1.5', max: '1e1' },
      { column: 'price', not: ['2.5'] },
    ],
    measures: [count, { name: 'price', what: 'sum', column: 'price' }],
  }),
  aWindow({
    ...{ name: 'typed', by: ['quantity', 'gift', 'delivery', 'ledger'] },
    where: [
      { column: 'gift', allowed: ['true', 'false'] },
      { column: 'delivery', min: '2026-11-01' },
    ],
    // As the query calls its own columns, but for what it puts before them.
    measures: [
      { name: 'counted', what: 'count' },
      { name: 'newest', what: 'sum', column: 'ledger' },
      { name: 'built', what: 'distinct', column: 'ledger' },
    ],
  }),
  aWindow({ name: 'halves', every: 30 }),
  aWindow({ name: 'fives', every: 300, measures: [count, { name: 'sum', what: 'sum', column: 'quantity' }] }),
  aWindow({ name: 'users', by: [], measures: [{ name: 'users', what: 'distinct', column: 'user_id' }] }),
];

interface Order {
  time: string;
  user: string | null;
  values: Readonly<Record<string, unknown>>;
}

const DAY = '2026-11-22';
const order = (time: string, user: string | null, values: Order['values'] = {}): Order => ({
  ...{ time: `${DAY}T${time}.000Z`, user, values },
});

const recordOf = ({ time, user, values }: Order, sequence: number) =>
  aRecord(String(1_000 + sequence), [
    lineOf({
      ...{ event_id: `e${sequence}`, event_name: 'order_completed', event_time: time, received_at: time },
      ...{ user_id: user, properties: values },
    }),
  ]);

const ledgers = ['9223372036854775809', '9223372036854775810'].map((text) => JSON.rawJSON(text));
const users = ['a', "o'neil", null];

const minute = (start: string, from: number, size: number): Order[] =>
  Array.from({ length: size }, (_, at) =>
    order(`${start}:${String(at % 30).padStart(2, '0')}`, users[at % 3] ?? null, {
      ...(at % 5 === 4 ? {} : { revenue: 0.5 * (at + from), price: 0.5 * at, quantity: at % 4 }),
      ...{ gift: at % 2 === 0, delivery: `2026-11-0${1 + (at % 2)}`, ledger: ledgers[at % 2] },
    }),
  );

const batches = [
  minute('05:10', 0, 12),
  minute('05:14', 12, 9),
  minute('05:15', 21, 7),
  Array.from({ length: 600 }, (_, at) => order('05:20:05', `user ${at}`)),
];

const ofEvents = {
  ...{ event_name: 'string', event_time: 'timestamp', received_at: 'timestamp', user_id: 'string' },
  ...types,
};

const sqlText = (value: unknown): string =>
  value === undefined || value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`;

const selectOf = (orders: readonly (Order & { received?: string })[]): string => {
  const rows = orders.map(({ time, received = time, user, values }) => {
    const own = names.map((name) => {
      const value = values[name];
      return typeof value === 'object' ? JSON.stringify(value) : value;
    });
    return `(${['order_completed', time.slice(0, -1), received.slice(0, -1), user, ...own].map(sqlText).join(', ')})`;
  });
  const columns = Object.entries(ofEvents).map(([name, type]) => {
    const duckdb = type === 'string' ? 'VARCHAR' : type === 'timestamp' ? 'TIMESTAMP_MS' : type;
    return `CAST(${name} AS ${duckdb}) AS ${name}`;
  });
  return `SELECT ${columns.join(', ')} FROM (VALUES ${rows.join(', ')}) t(${Object.keys(ofEvents).join(', ')})`;
};

let athena: AthenaEmulator;

/** Builds an hour with these events, and publishes it. */
const publish = async (hr: string, orders: readonly (Order & { received?: string })[]): Promise<void> => {
  const folder = `events/dt=${DAY}/hr=${hr}/build=one/`;
  await athena.parquet(`${folder}a.parquet`, selectOf(orders));
  await addPartition(athena, 'events', PARQUET, [DAY, hr], `s3://lake/${folder}`, ofEvents);
};

const store = (stage: ReturnType<typeof aStage>): void => {
  for (const key of stage.store.keys()) athena.objects.put('lake', key, Buffer.from(stage.store.text(key)));
};

/** What the view says of an hour, in the words of `countsOf`. */
const viewed = async ({ name, by, measures }: WindowType, hr: string) => {
  const [columns = [], ...rows] = await athena.rows(`SELECT * FROM ${name} WHERE hr = '${hr}'`);
  const layers = new Set(rows.map((row) => row[columns.indexOf('layer')]));
  const counts = rows.map((row) => {
    const cell = (column: string) => row[columns.indexOf(column)] ?? null;
    const number = (text: string | null) => (text === null ? null : Number(text));
    return {
      start: new Date(`${cell('window_start')?.replace(' ', 'T')}Z`),
      group: Object.fromEntries(by.map((column) => [column, cell(column)])),
      measures: Object.fromEntries(measures.map((one) => [one.name, number(cell(one.name))])),
    };
  });
  return { layers: [...layers], counts };
};

const sorted = (counts: readonly object[]): string[] => counts.map((one) => JSON.stringify(one)).sort();

const stage = aStage(windows, catalog);

beforeAll(async () => {
  athena = await athenaEmulator();
  await createTable(athena, 'events', PARQUET, 's3://lake/events/', ofEvents, { dt: 'string', hr: 'string' });
  const { Resources } = catalogOf(
    'dev',
    { checks: [], warnings: [], marts: [], views: [], examples: [] },
    catalogParams,
  );
  const table = JSON.stringify(Resources.LiveWindowsTable)
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll(`\${LakeBucket}`, 'lake')
    .replaceAll(`\${!`, `\${`);
  await athena.glue('CreateTable', {
    DatabaseName: 'lake',
    TableInput: JSON.parse(table).Properties.TableInput,
  });
  for (const window of windows)
    await athena.rows(`CREATE VIEW ${window.name} AS ${windowViewSql(window, catalog.columns)}`);

  let sequence = 0;
  for (const orders of batches) {
    const records = orders.map((one) => recordOf(one, sequence++));
    const windowStart = new Date(`${orders[0]?.time.slice(0, 16)}:00.000Z`);
    // Ended early, then counted anew from the beginning: the larger part has it all.
    await stage.call(records.slice(0, 4), {}, { ...EARLY, windowStart });
    const { state } = await stage.call(records.slice(0, 6), {}, { ...AGGREGATE, windowStart });
    await stage.call(records.slice(6), state, { ...FINAL, windowStart });
  }
  store(stage);
}, 30_000);
afterAll(() => athena.close());

test('views add the parts as `headrace live` does, and builds that follow say the same', async () => {
  const rows = stage.rows();
  const live = windows.map((window) => countsOf(window, rows));
  for (const [at, window] of windows.entries()) {
    const { layers, counts } = await viewed(window, '05');
    expect(layers).toEqual(['speed']);
    expect([window.name, ...sorted(counts)]).toEqual([window.name, ...sorted(live[at] ?? [])]);
  }
  await publish('05', batches.flat());
  for (const [at, window] of windows.entries()) {
    const { layers, counts } = await viewed(window, '05');
    expect(layers).toEqual(['batch']);
    if (window.name === 'users') expect(counts.map(({ measures }) => measures.users)).toContain(600);
    else expect([window.name, ...sorted(counts)]).toEqual([window.name, ...sorted(live[at] ?? [])]);
  }
}, 30_000);

test('a value of a condition is written as Trino reads it for the type of the column', () => {
  const where = [
    { column: 'quantity', allowed: ['2.0', '3e0'] },
    { column: 'price', min: '2.5e0' },
    { column: 'ledger', not: ['9223372036854775810.0'] },
  ];
  const sql = windowViewSql(aWindow({ where }), catalog.columns);
  expect(sql).toContain(`"quantity" IN (CAST('2' AS bigint), CAST('3' AS bigint))`);
  expect(sql).toContain(`"price" >= CAST('2.50' AS decimal(12,2))`);
  expect(sql).toContain(`"ledger" NOT IN (CAST('9223372036854775810' AS decimal(38,0)))`);
});

test('the build of an hour proves nothing for the next one, whose own build is older', async () => {
  const [early, late] = [order('10:05:10', 'a'), order('10:20:10', 'a')];
  const own = aStage(windows, catalog);
  for (const [at, one] of [early, late, late].entries())
    await own.call(
      [recordOf(one, 5_000 + at)],
      {},
      {
        ...FINAL,
        windowStart: new Date(`${one.time.slice(0, 16)}:00.000Z`),
      },
    );
  store(own);
  await publish('10', [early]);
  // An event of 09:59 that came late: the older hour is built anew after that, and the newer one is not.
  await publish('09', [{ ...order('09:59:00', 'a'), received: `${DAY}T10:25:00.000Z` }]);
  const rows = await athena.rows(
    "SELECT window_start, layer, events FROM halves WHERE hr IN ('09', '10') ORDER BY window_start",
  );
  expect(rows.slice(1)).toEqual([
    [`${DAY} 09:59:00.000`, 'batch', '1'],
    [`${DAY} 10:05:00.000`, 'batch', '1'],
    [`${DAY} 10:20:00.000`, 'speed', '2'],
  ]);
});

test('how far speed was from batch is told of published hours: what windows counted, what is built, and what came later', async () => {
  const hours = (...hrs: string[]) => hrs.map((hr) => `${DAY}T${hr}`);
  const [columns, ...rows] = await athena.rows(speedCheckSql(hours('09', '10', '11')));
  expect(columns).toEqual(['hours', 'counted', 'built', 'late']);
  // In 09 one event, which came in 10; in 10 two windows counted three, one of which is built. 11 is not published.
  expect(rows).toEqual([['2', '3', '2', '1']]);
  expect((await athena.rows(speedCheckSql(hours('11')))).slice(1)).toEqual([]);
  // Of parts that were counted again the larger one counts.
  const built = String(batches.flat().length);
  expect((await athena.rows(speedCheckSql(hours('05')))).slice(1)).toEqual([['1', built, built, '0']]);
});
