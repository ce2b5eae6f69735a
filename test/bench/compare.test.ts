import { describe, expect, test } from '@jest/globals';
import { startEndpoint } from 'headrace-emulator/services';
import { addPartition, athenaEmulator, createTable, PARQUET } from 'headrace-emulator/testing';
import { type Comparison, compare } from '../../bench/chaos/compare.ts';
import { Told } from '../../bench/chaos/told.ts';
import { accessTo, type StageAccess } from '../../client/access.ts';

/** What the clients were told. */
interface Story {
  acknowledged?: string[];
  refused?: string[];
  /** sent, and never answered */
  unanswered?: string[];
}

/** What lies in the lake: ids by `day/hour`. */
interface Lake {
  events: Record<string, string[]>;
  quarantine?: { raw: string; reason: string }[];
  /** daily_events; absent: what the events come to */
  mart?: Record<string, number>;
}

const tables = {
  events: { event_id: 'string' },
  quarantine: { raw: 'string', reason: 'string' },
  daily_events: { events: 'bigint' },
};

const notHere = () => {
  throw new Error('only Athena is here');
};
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Compares over the stage's own Athena, with the very SQL that a run uses. */
const comparisonOf = async (
  story: Story,
  lake: Lake,
  marts: readonly string[] = ['daily_events'],
): Promise<Comparison> => {
  const stage = await athenaEmulator();
  const endpoint = await startEndpoint({
    port: 0,
    json: [stage.athena],
    s3: notHere,
    dynamodb: notHere,
    messaging: notHere,
  });
  const local = accessTo('local', {
    endpoint: endpoint.url,
    collector: endpoint.url,
    dataDir: stage.objects.folder,
  });
  const access: StageAccess = { ...local, database: 'lake', workgroup: 'test' };
  const put = async (table: keyof typeof tables, values: string[], rows: string[]): Promise<void> => {
    const folder = `${table}/${values.join('/')}/`;
    const names = Object.keys(tables[table]).join(', ');
    if (rows.length > 0)
      await stage.parquet(`${folder}a.parquet`, `SELECT * FROM (VALUES ${rows.join()}) t(${names})`);
    await addPartition(stage, table, PARQUET, values, `s3://lake/${folder}`, tables[table]);
  };
  try {
    for (const [name, columns] of Object.entries(tables))
      await createTable(stage, name, PARQUET, `s3://lake/${name}/`, columns, {
        dt: 'string',
        ...(name === 'daily_events' ? {} : { hr: 'string' }),
      });
    for (const [hour, ids] of Object.entries(lake.events))
      await put(
        'events',
        hour.split('/'),
        ids.map((id) => `(${text(id)})`),
      );
    const refused = (lake.quarantine ?? []).map(({ raw, reason }) => `(${text(raw)}, ${text(reason)})`);
    await put('quarantine', ['2026-11-01', '12'], refused);
    for (const [day, n] of Object.entries(lake.mart ?? martOf(lake)))
      await put('daily_events', [day], [`(${n}::BIGINT)`]);
    return await compare(access, toldOf(story), marts);
  } finally {
    for (const client of [access.athena, access.dynamodb, access.sfn]) client.destroy();
    await endpoint.close();
    await stage.close();
  }
};

const martOf = ({ events }: Lake): Record<string, number> => {
  const days: Record<string, number> = {};
  for (const [hour, { length }] of Object.entries(events)) {
    const day = hour.slice(0, 10);
    if (length > 0) days[day] = (days[day] ?? 0) + length;
  }
  return days;
};

const toldOf = ({ acknowledged = [], refused = [], unanswered = [] }: Story): Told => {
  const told = new Told();
  for (const id of [...acknowledged, ...refused, ...unanswered]) told.sent.add(id);
  for (const id of acknowledged) told.acknowledged.add(id);
  for (const id of refused) told.refused.add(id);
  return told;
};

const row = (id: string, reason = 'missing_event_name') => ({
  raw: JSON.stringify({ event_id: id }),
  reason,
});

const NOTHING = { lost: [], doubled: [], strange: [], martsOff: [] };
const story = { acknowledged: ['a', 'b', 'c'], refused: ['bad'] };
const whole: Lake = {
  events: { '2026-11-01/05': ['a', 'b'], '2026-11-02/06': ['c'] },
  quarantine: [row('bad')],
};

describe('what the clients were told and what SQL answers', () => {
  test('agree when each acknowledged id is there once and each rejected one has its reason', async () => {
    expect(await comparisonOf(story, whole)).toEqual({
      ...NOTHING,
      acknowledged: 3,
      refused: 1,
      curated: 3,
      quarantined: 1,
      unanswered: 0,
      unansweredStored: 0,
      martsCompared: ['daily_events'],
    });
  });

  test('an acknowledged id that is nowhere is lost, by its name', async () => {
    const events = { '2026-11-01/05': ['a'], '2026-11-02/06': ['c'] };
    expect(await comparisonOf(story, { ...whole, events })).toMatchObject({
      ...NOTHING,
      lost: ['b'],
      curated: 2,
    });
  });

  test('a whole hour whose file has gone is lost, id by id, and the mart of its day is off', async () => {
    const lake = { ...whole, events: { '2026-11-01/05': [], '2026-11-02/06': ['c'] }, mart: martOf(whole) };
    const found = await comparisonOf(story, lake);
    expect(found).toMatchObject({ ...NOTHING, lost: ['a', 'b'], martsOff: [expect.any(String)] });
    expect(found.martsOff[0]).toBe('2026-11-01: events null, daily_events 2');
  });

  test('an id that stands twice in an hour, or in two hours or days, is doubled', async () => {
    const events = {
      '2026-11-01/05': ['a', 'a', 'b'],
      '2026-11-01/06': ['b'],
      '2026-11-02/06': ['c'],
      '2026-11-03/06': ['c'],
    };
    const found = await comparisonOf(story, { ...whole, events });
    expect({ ...found, doubled: [...found.doubled].sort() }).toMatchObject({
      ...NOTHING,
      doubled: ['a', 'b', 'c'],
      curated: 3,
    });
  });

  test('an id that is in the table and in quarantine as well is doubled', async () => {
    const quarantine = [row('bad'), row('a')];
    expect(await comparisonOf(story, { ...whole, quarantine })).toMatchObject({ ...NOTHING, doubled: ['a'] });
  });

  test('an id that nobody sent is strange, and so is one that was rejected and is in the table', async () => {
    const events = { '2026-11-01/05': ['a', 'b', 'bad', 'unheard of'], '2026-11-02/06': ['c'] };
    const found = await comparisonOf(story, { ...whole, quarantine: [], events });
    expect({ ...found, strange: [...found.strange].sort() }).toMatchObject({
      lost: ['bad'],
      strange: ['bad', 'unheard of'],
      doubled: [],
    });
  });

  test('a rejected id without a row in quarantine is lost, and so is one whose row has no reason', async () => {
    expect((await comparisonOf(story, { ...whole, quarantine: [] })).lost).toEqual(['bad']);
    const unreasoned = await comparisonOf(story, { ...whole, quarantine: [row('bad', '')] });
    expect(unreasoned).toMatchObject({ ...NOTHING, lost: ['bad'], quarantined: 0 });
  });

  test("a row that keeps Segment's call is found by its messageId, and rows that landed twice count once", async () => {
    const segment = {
      raw: JSON.stringify({ messageId: 'bad', type: 'track' }),
      reason: 'missing_event_name',
    };
    const quarantine = [segment, segment];
    expect(await comparisonOf(story, { ...whole, quarantine })).toMatchObject({ ...NOTHING, quarantined: 1 });
  });

  test('an id the collector never answered for may be there or not, but not twice', async () => {
    const open = { ...story, unanswered: ['x', 'y', 'z'] };
    const events = { ...whole.events, '2026-11-03/00': ['x', 'y', 'y'] };
    expect(await comparisonOf(open, { ...whole, events })).toMatchObject({
      ...NOTHING,
      doubled: ['y'],
      unanswered: 3,
      unansweredStored: 2,
    });
  });

  test('a mart of other figures than the table, or of a day that the table lacks, is off', async () => {
    const mart = { '2026-11-01': 4, '2026-11-02': 1, '2026-11-09': 1 };
    const { martsOff } = await comparisonOf(story, { ...whole, mart });
    expect([...martsOff].sort()).toEqual([
      '2026-11-01: events 2, daily_events 4',
      '2026-11-09: events null, daily_events 1',
    ]);
  });

  test('no mart is off in a project without daily_events, and none is said to have been compared', async () => {
    const found = await comparisonOf(story, { ...whole, mart: { '2026-11-01': 4 } }, ['mine']);
    expect(found).toMatchObject({ ...NOTHING, martsCompared: [] });
  });
});
