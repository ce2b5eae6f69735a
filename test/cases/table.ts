import { expect } from '@jest/globals';
import {
  askedOfAthena,
  byABrowser,
  imported,
  inputOfARun,
  linesOf,
  posted,
  readByTheSerDe,
  sent,
  sentTwice,
  textOf,
  type Way,
} from './ways.ts';

/** A file of test/fixtures/cases, how it goes in, and what is right. */
export interface Case {
  file: string;
  way: Way;
  answer: object;
  /** rows of `events`, in any order; each has at least these columns */
  rows?: readonly object[];
  /** lines of the file that are in quarantine, by their number, each with its text as it came */
  quarantined?: readonly number[];
  /** the event type that ships which declares what is asked of its rows; without it the case is left out */
  type?: string;
  /** users of all its events, as a mart counts them */
  users?: number;
}

const accepted = (events: number) => ({ code: 0, accepted: events, refused: 0 });
const bothTimes = (events: number) => ({ once: accepted(events), again: accepted(events) });
const done = (events: number) => ({ code: 0, state: 'done', events, rejected: 0 });
const tracked = { status: 200, body: { success: true } };

/** One event of two lines is taken, whatever digits are in the other. */
const secondLineIsNoJson = (file: string): Case[] => [
  {
    file,
    way: posted(),
    answer: { status: 207, body: { results: [{ status: 202 }, { status: 422, reason: 'invalid_json' }] } },
    rows: [{ event_name: 'poison' }],
    quarantined: [2],
  },
  {
    file,
    way: sent(),
    answer: { code: 1, accepted: 1, refused: 1 },
    rows: [{ event_name: 'poison' }],
    quarantined: [2],
  },
];

const member = (file: string, field: string): string[] =>
  linesOf(file).map((line) => new RegExp(`"${field}":"?([^",]+)`).exec(line)?.[1] ?? '');

const sameIds = { rows: member('idsOf64Bits.ndjson', 'id_str').map((id) => ({ event_id: id })) };
const sameNames = { rows: member('namesOf64Bits.ndjson', 'code').map((name) => ({ event_name: name })) };

const everyForm = {
  rows: [
    { properties: '{"a":1.0,"b":-0,"c":-0.0,"d":1e5,"h":0.1000,"i":1.10,"j":9007199254740993}' },
    { properties: '{"a":1.0,"b":-0,"c":-0.0,"d":1e5,"h":0.1000,"i":1.10}' },
  ],
};

const threeUsers = {
  users: 3,
  rows: Array.from({ length: 12 }, (_, n) => ({
    event_id: `pd-${n}`,
    user_id: `${n % 3}.0`,
    properties: `{"rating":4.0,"lat":${n % 2 === 0 ? '37.5' : '37.566535000000001'}}`,
  })),
};

const ofTwoTypes = ['--id', 'id', '--name', 'type', '--time', 'created_at'];

const lineSeparatorInALargeObject = expect.stringMatching(
  /"id":9007199254740993,.*"push_id":1152921504606846976,.*feat: \u2028 x/,
);

const camelCase = { rows: [['u1', 'buy', 'o1', 'x']] };

const rightValues = (file: string): object =>
  Object.fromEntries(
    linesOf(file)
      .map((line): { sql: string; trino: string } => JSON.parse(line))
      .map(({ sql, trino }) => [sql, trino]),
  );

export const cases: readonly Case[] = [
  // A bad line harms no other.
  ...secondLineIsNoJson('lineWithDigitsInText.ndjson'),
  ...secondLineIsNoJson('logLineAmongEvents.ndjson'),
  ...secondLineIsNoJson('tornLineWithWideId.ndjson'),
  {
    file: 'commitMessageWithLineSeparator.ndjson',
    way: posted(),
    answer: { status: 422, body: { results: [{ status: 422, reason: 'missing_event_name' }] } },
    quarantined: [1],
  },
  {
    file: 'commitMessageWithLineSeparator.ndjson',
    way: sent(...ofTwoTypes),
    answer: accepted(1),
    rows: [{ event_id: '40000000000', event_name: 'PushEvent', properties: lineSeparatorInALargeObject }],
  },
  // As many rows as lines, with ids and names as they are written.
  { file: 'idsOf64Bits.ndjson', way: sent(...ofTwoTypes), answer: accepted(20), ...sameIds },
  { file: 'idsOf64Bits.ndjson', way: imported(...ofTwoTypes), answer: done(20), ...sameIds },
  {
    file: 'namesOf64Bits.ndjson',
    way: sent('--id', 'k', '--name', 'code', '--time', 'at'),
    answer: accepted(4),
    ...sameNames,
  },
  {
    file: 'lineSeparatorInText.ndjson',
    way: sent(),
    answer: accepted(1),
    rows: [{ properties: '{"t":"a\u2028b"}' }],
  },
  {
    file: 'paragraphSeparatorInText.ndjson',
    way: sent(),
    answer: accepted(1),
    rows: [{ properties: '{"t":"a\u2029b"}' }],
  },
  // Segment's library for browsers.
  ...[
    { path: '/v1/t', event_name: 'Signed Up' },
    { path: '/v1/p', event_name: 'page_view' },
    { path: '/v1/i', event_name: 'user_identified' },
  ].map(({ path, event_name }) => ({
    file: 'segmentBrowserTrack.json',
    way: byABrowser(path),
    answer: tracked,
    rows: [{ event_id: 'ajs-1', event_name }],
  })),
  ...['/v1/b', '/v1/import'].map((path) => ({
    file: 'segmentBrowserTrack.json',
    way: byABrowser(path, (call) => `{"writeKey":"KEY","batch":[${call}]}`),
    answer: tracked,
    rows: [{ event_id: 'ajs-1', event_name: 'Signed Up' }],
  })),
  // Numbers keep their text.
  { file: 'numbersOfEveryForm.ndjson', way: posted(), answer: { status: 202 }, ...everyForm },
  { file: 'numbersOfEveryForm.ndjson', way: sent(), answer: accepted(2), ...everyForm },
  { file: 'numbersOfEveryForm.ndjson', way: imported(), answer: done(2), ...everyForm },
  { file: 'idsFromPandas.ndjson', way: posted(), answer: { status: 202 }, ...threeUsers },
  { file: 'idsFromPandas.ndjson', way: sent(), answer: accepted(12), ...threeUsers },
  { file: 'idsFromPandas.ndjson', way: imported(), answer: done(12), ...threeUsers },
  // Names of columns match keys of any case.
  {
    file: 'camelCaseKeys.json',
    way: readByTheSerDe('org.openx.data.jsonserde.JsonSerDe'),
    answer: camelCase,
  },
  {
    file: 'camelCaseKeys.json',
    way: readByTheSerDe('org.apache.hive.hcatalog.data.JsonSerDe'),
    answer: camelCase,
  },
  // Typed columns.
  {
    file: 'signedUpAt.ndjson',
    type: 'user_signed_up',
    way: sent(),
    answer: accepted(2),
    rows: [
      { event_id: 'jv-0', signed_up_at: '2026-11-23 09:59:00.000', schema_errors: null },
      { event_id: 'ts-03', signed_up_at: '2026-11-01 05:10:00.999', schema_errors: null },
    ],
  },
  {
    file: 'bigintWithFraction.ndjson',
    type: 'product_viewed',
    way: sent(),
    answer: accepted(2),
    rows: [
      { event_id: 'n-28', quantity: '9007199254740993', schema_errors: null },
      { event_id: 'n-30', quantity: null, schema_errors: '["quantity"]' },
    ],
  },
  {
    file: 'shopOrders.ndjson',
    type: 'order_completed',
    way: sent(),
    answer: accepted(2),
    rows: [
      {
        event_id: 'shop-1',
        items: '7290012345678901234567 19.9 2, 808950810 5.0 1',
        schema_errors:
          '["items[0].product_id","items[0].price","items[1].product_id","items[1].price","items[1].quantity"]',
      },
      { event_id: 'shop-2', items: 'p-1 4.0 1, p-2 NULL 1', schema_errors: '["items[1].price"]' },
    ],
  },
  // Each event once, and true tallies.
  {
    file: 'byteOrderMark.ndjson',
    way: sentTwice(),
    answer: bothTimes(2),
    rows: [{ properties: '{"n":"bom1"}' }, { properties: '{"n":"bom2"}' }],
  },
  {
    file: 'byteOrderMarkMapped.ndjson',
    way: sentTwice('--id', 'id', '--name', 'type', '--time', 't'),
    answer: bothTimes(2),
    rows: [
      { event_id: 'bm1', event_name: 'bommap' },
      { event_id: 'bm2', event_name: 'bommap' },
    ],
  },
  {
    file: 'nullAndEmptyIds.ndjson',
    way: sentTwice(),
    answer: bothTimes(2),
    rows: [{ properties: '{}' }, { properties: '{"a":2}' }],
  },
  {
    file: 'arrayOnOneLine.json',
    way: sentTwice(),
    answer: bothTimes(5),
    rows: [0, 1, 2, 3, 4].map((i) => ({ properties: `{"i":${i}}` })),
  },
  {
    file: 'arrayOverManyLines.json',
    way: sentTwice(),
    answer: bothTimes(2),
    rows: [{ properties: '{"i":1}' }, { properties: '{"i":2}' }],
  },
  // A sender's clock that says the year 1 moves no time.
  ...['/v1/track', '/v1/batch'].map((path) => ({
    file: 'sentAtYearOne.json',
    way: posted(path, 'application/json'),
    answer: tracked,
    rows: [{ event_id: 'clk-0', event_time: '2026-11-20 10:00:00.000' }],
  })),
  // The other side.
  {
    file: 'etlInputNull.json',
    way: inputOfARun,
    answer: {
      status: 'FAILED',
      error: 'InvalidInput',
      cause: expect.stringContaining('it has the wrong form'),
    },
  },
  { file: 'sqlValues.jsonl', way: askedOfAthena, answer: rightValues('sqlValues.jsonl') },
];

export const rawLines = ({ file, quarantined = [] }: Case): (string | undefined)[] => {
  const lines = textOf(file).split('\n');
  return quarantined.map((number) => lines[number - 1]);
};
