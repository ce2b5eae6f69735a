import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { readWhole } from '../../client/lake.ts';
import { REPLAY_MARKS, replayMarksDay, replayMarksKey } from '../../src/lake/layout.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';

/** What became of a row that was replayed. */
export const outcomes = [
  'accepted', // the collector took it: it is in the stream, and in the table after the next build
  'refused', // the collector wrote it down anew: the new row stands for it
  'curated', // an event of its id was in the table already
  'same_event', // another row of its event id was sent instead
  'dismissed', // a person has looked at it: it is not to be sent
] as const;

const mark = z.object({
  row: z.string(),
  reason: z.string(),
  source: z.string().nullable(),
  event_id: z.string(),
  outcome: z.enum(outcomes),
  /** rows of this id that lie in quarantine: redelivery makes copies */
  copies: z.number(),
  at: z.string(),
});

export type Mark = z.infer<typeof mark>;

/** Marks by the row's id; of several of a row the last counts. */
export type Marks = ReadonlyMap<string, Mark & { day: string }>;

export const readMarks = async (store: ObjectStore, days: readonly string[]): Promise<Marks> => {
  const marks = new Map<string, Mark & { day: string }>();
  for (const day of days) {
    for (const { key } of await store.list(replayMarksDay(day))) {
      const text = gunzipSync(await readWhole(store, key)).toString('utf8');
      for (const line of text.split('\n')) {
        if (line === '') continue;
        const one = mark.parse(JSON.parse(line));
        marks.set(one.row, { ...one, day });
      }
    }
  }
  return marks;
};

/** Of these days, those that have marks: one listing instead of one a day. */
export const daysWithMarks = async (store: ObjectStore, days: readonly string[]): Promise<string[]> => {
  const folders = new Set(await store.listFolders(REPLAY_MARKS));
  return days.filter((day) => folders.has(replayMarksDay(day)));
};

/** Notes what was replayed: an object a day of the rows, never overwritten. */
export const writeMarks = async (
  store: ObjectStore,
  marks: readonly (Mark & { day: string })[],
): Promise<void> => {
  for (const [day, ofDay] of Map.groupBy(marks, (one) => one.day)) {
    const at = (ofDay[0]?.at ?? '').replaceAll(/[-:.]/g, '');
    const lines = ofDay.map(({ day: _day, ...one }) => `${JSON.stringify(one)}\n`);
    const key = replayMarksKey(day, `${at}-${randomBytes(4).toString('hex')}`, ofDay.length);
    await store.put(key, gzipSync(lines.join('')), 'application/x-ndjson');
  }
};
