import { describe, expect, test } from '@jest/globals';
import type { StoredObject } from '../../src/ports/lake.ts';
import { balanceOf, type Stored } from '../../src/recovery/balance.ts';
import { committedBuild, ledgerEntryOf } from '../helpers/builds.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const LONG_AGO = new Date('2026-11-01T06:30:00.000Z');
const HOUR = '2026-11-01T05';
const PATH = 'dt=2026-11-01/hr=05/';

const object = (key: string, bytes = 100, lastModified = LONG_AGO): StoredObject => ({
  key: key.replace(':', `/${PATH}`),
  bytes,
  etag: '"e"',
  lastModified,
});

const committed = committedBuild('abc', {
  counts: { raw: 10, curated: 7, duplicates: 2, rejected: 1 },
  rawBytes: 200,
  parquetBytes: 50,
  builtAt: '2026-11-01T06:40:00.000Z',
});

const entry = ledgerEntryOf(committed, { landings: 2 });

/** An hour in which everything adds up. */
const sound: Stored = {
  partition: HOUR,
  entry,
  raw: [object('raw:s-1-n6.ndjson.gz'), object('raw:s-2-n4.ndjson.gz')],
  parquet: [object('events:build=abc/events-n7.parquet')],
  quarantine: [object('quarantine:build-abc-n1.ndjson.gz'), object('quarantine:s-9-n3.ndjson.gz')],
  location: `events/${PATH}build=abc/`,
};

const stale = { entry: { ...entry, stale: true, staleSince: '2026-11-01T11:00:00.000Z' } };

const balance = (changes: Partial<Stored> = {}, now = NOW) => balanceOf({ ...sound, ...changes }, now);
/** `stage: message` of each difference. */
const differences = (changes: Partial<Stored> = {}, now = NOW) =>
  balance(changes, now).differences.map(({ stage, message }) => `${stage}: ${message}`);

test('an hour that adds up has its counts of every stage and no difference', () => {
  expect(balance()).toEqual({
    partition: HOUR,
    raw: 10,
    build: 'abc',
    counts: committed.counts,
    parquet: 7,
    quarantined: { landed: 3, built: 1 },
    stale: false,
    pending: 0,
    differences: [],
  });
});

describe('raw objects', () => {
  const late = object('raw:s-3-n5.ndjson.gz');

  test('that have gone since the build are a difference, stale or not', () => {
    const raw = sound.raw.slice(1);
    const message = `raw: raw/${PATH} has 4 rows in 1 objects, but build abc was made of 10: raw objects are missing`;
    expect(differences({ raw })).toEqual([message]);
    expect(differences({ ...stale, raw })).toEqual([message]);
  });

  test('that an import took back are no difference, but one that is gone beside them is', () => {
    const withdrawn = { entry: { ...stale.entry, withdrawn: 6 } };
    expect(differences({ ...withdrawn, raw: sound.raw.slice(1) })).toEqual([]);
    expect(balance({ ...withdrawn, raw: sound.raw.slice(1) }).withdrawn).toBe(6);
    expect(differences({ ...withdrawn, raw: [] })).toEqual([
      expect.stringContaining('raw objects are missing'),
    ]);
  });

  test('that came since the build are pending while the hour is stale', () => {
    expect(balance({ ...stale, raw: [...sound.raw, late] })).toMatchObject({ pending: 5, differences: [] });
  });

  test('that came and left no stale mark are a difference: nothing would ever build them', () => {
    expect(differences({ raw: [...sound.raw, late] })).toEqual([
      expect.stringMatching(
        /^build: .* 15 rows, but build abc was made of 10, and the hour is not marked stale/,
      ),
    ]);
  });

  test('that came a minute ago are pending: the mark follows the object', () => {
    const young = object('raw:s-3-n5.ndjson.gz', 100, new Date(NOW.getTime() - 60_000));
    expect(balance({ raw: [...sound.raw, young] })).toMatchObject({ pending: 5, differences: [] });
  });

  test('of an hour that was never built are pending or a difference in the same way', () => {
    const fresh = { parquet: [], quarantine: [], location: undefined };
    const waiting = { ...entry, committed: null, stale: true };
    expect(balance({ ...fresh, entry: waiting })).toMatchObject({ pending: 10, differences: [] });
    expect(differences({ ...fresh, entry: undefined })).toEqual([
      expect.stringMatching(/^build: .*10 rows, and was never built/),
    ]);
  });

  test('of the same rows but other bytes were changed by somebody', () => {
    const raw = [object('raw:s-1-n6.ndjson.gz', 99), object('raw:s-2-n4.ndjson.gz')];
    expect(differences({ raw })).toEqual([expect.stringMatching(/^raw: .*199 bytes.* made of 200/)]);
    expect(differences({ ...stale, raw })).toEqual([]);
  });

  test('without a count in their names are none that landing wrote', () => {
    expect(differences({ raw: [...sound.raw, object('raw:notes.txt', 0)] })).toEqual([
      `raw: raw/${PATH}notes.txt has no row count in its name`,
    ]);
  });
});

test('counts of a build that do not add up are a difference', () => {
  const counts = { ...committed.counts, duplicates: 1 };
  expect(differences({ entry: { ...entry, committed: { ...committed, counts } } })).toEqual([
    'build: build abc was made of 10 rows, which are not 7 curated + 1 duplicates + 1 rejected',
  ]);
});

describe('the partition of the table', () => {
  const elsewhere = { location: `events/${PATH}build=def/` };

  test('that is missing is a difference', () => {
    expect(differences({ location: undefined })).toEqual([
      'publish: the table has no partition for this hour, though build abc is committed',
    ]);
  });

  test('that points to another build than the committed one is a difference', () => {
    expect(differences(elsewhere)).toEqual([
      `publish: the table shows events/${PATH}build=def/, but the ledger committed events/${PATH}build=abc/`,
    ]);
  });

  test('that a run has moved without committing is what the next run of the stale hour settles', () => {
    const parquet = [...sound.parquet, object('events:build=def/events-n9.parquet')];
    expect(differences({ ...stale, ...elsewhere, parquet })).toEqual([]);
    expect(differences({ ...stale, ...elsewhere })).toHaveLength(1);
  });

  test('that no ledger knows of is a difference', () => {
    expect(differences({ entry: undefined, raw: [] })).toEqual([
      `publish: the table shows events/${PATH}build=abc/, but the ledger knows no build of this hour`,
    ]);
  });
});

describe('the Parquet file', () => {
  test('that is missing is a difference, whatever other builds have left', () => {
    expect(differences({ parquet: [object('events:build=abcd/events-n7.parquet')] })).toEqual([
      'parquet: build abc has no Parquet file: its 7 rows are gone',
    ]);
  });

  test('with other rows than the build counted is a difference', () => {
    expect(differences({ parquet: [object('events:build=abc/events-n6.parquet')] })).toEqual([
      `parquet: build abc has 7 curated rows, but 6 rows in events/${PATH}build=abc/events-n6.parquet`,
    ]);
  });

  test('beside which somebody has put another is a difference: readers read both', () => {
    const copied = [...sound.parquet, object('events:build=abc/copy-n7.parquet')];
    expect(differences({ parquet: copied })).toEqual([expect.stringMatching(/^parquet: .*14 rows in /)]);
    const foreign = [...sound.parquet, object('events:build=abc/part-0.parquet')];
    expect(differences({ parquet: foreign })).toEqual([
      expect.stringMatching(/part-0.parquet has no row count/),
    ]);
  });
});

describe('rejected lines in quarantine', () => {
  const without = { quarantine: [object('quarantine:s-9-n3.ndjson.gz')] };

  test('that are missing are a difference, until quarantine may have let them go', () => {
    expect(differences(without)).toEqual([
      `quarantine: build abc rejected 1 row, but quarantine/${PATH} has 0 of it`,
    ]);
    expect(differences(without, new Date('2026-12-15T00:00:00.000Z'))).toEqual([]);
  });

  test('may be those of a build that is not published yet, while the hour is stale', () => {
    const others = [object('quarantine:build-def-n2.ndjson.gz')];
    const both = [...sound.quarantine, ...others];
    expect(differences({ ...stale, quarantine: both })).toEqual([]);
    // Readers are sent to the new build already, and the old one's lines are gone: only the ledger does not know yet.
    const moved = {
      parquet: [object('events:build=def/events-n8.parquet')],
      location: `events/${PATH}build=def/`,
    };
    const published = { ...stale, ...moved, parquet: [...sound.parquet, ...moved.parquet] };
    expect(differences({ ...published, quarantine: others })).toEqual([]);
    // Nobody takes the lines of the build that readers see.
    expect(differences({ ...stale, quarantine: others })).toHaveLength(1);
  });

  test('of other builds beside its own are a difference once the hour is clean: they stand twice', () => {
    const quarantine = [...sound.quarantine, object('quarantine:build-def-n2.ndjson.gz')];
    expect(differences({ quarantine })).toEqual([
      `quarantine: quarantine/${PATH} shows 2 rows of builds that are not published: they stand twice`,
    ]);
  });
});
