import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { transaction } from '../database.ts';
import { addTo, type Summary, summaryOf, together } from './statistics.ts';

export interface MetricId {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

interface Series extends MetricId {
  /** by the start of the minute */
  minutes: Map<number, Summary>;
  lastMs: number;
}

export const MINUTE_MS = 60_000;

/** CloudWatch keeps minutes for 15 days. Two are enough for every alarm here, and a laptop need not keep more. */
const KEPT_MS = 48 * 3_600_000;

/** Of those, the ones in memory: what alarms look at every minute. Older ones are read from the database. */
const HELD_MS = 3_600_000;

const row = z.object({ minute: z.number(), body: z.string() });
const lastRow = z.object({ metric: z.string(), minute: z.number() });
const metricId = z.object({
  namespace: z.string(),
  name: z.string(),
  dimensions: z.record(z.string(), z.string()),
});
const body = z.object({
  count: z.number(),
  sum: z.number(),
  min: z.number(),
  max: z.number(),
  values: z.array(z.tuple([z.number(), z.number()])).optional(),
});

/** One text for one metric, whatever the order of its dimensions. */
const keyOf = ({ namespace, name, dimensions }: MetricId): string => {
  const sorted = Object.fromEntries(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ namespace, name, dimensions: sorted });
};

/**
 * Metrics by the minute, the latest in memory; `save` puts what is new into the emulator's database. A process that is
 * killed loses what came since: at most a minute.
 */
export class MetricStore {
  readonly #db: DatabaseSync;
  readonly #series = new Map<string, Series>();
  readonly #unsaved = new Map<string, Set<number>>();
  readonly #between: StatementSync;
  /** minutes before it may be in the database alone */
  #heldFromMs = 0;

  constructor(db: DatabaseSync, nowMs: number) {
    this.#db = db;
    db.exec(`CREATE TABLE IF NOT EXISTS cloudwatch_minutes (
      metric TEXT NOT NULL, minute INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (metric, minute)) STRICT, WITHOUT ROWID`);
    this.#between = db.prepare(
      'SELECT minute, body FROM cloudwatch_minutes WHERE metric = ? AND minute >= ? AND minute < ?',
    );
    this.#load(nowMs);
  }

  put(id: MetricId, value: number | Summary, atMs: number, count = 1): void {
    const given = typeof value === 'number' ? summaryOf(value, count) : value;
    const key = keyOf(id);
    const series = this.#seriesOf(key, id);
    const minute = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    const there = series.minutes.get(minute) ?? this.#stored(key, minute, minute + MINUTE_MS).get(minute);
    if (there) addTo(there, given);
    series.minutes.set(minute, there ?? together([given]) ?? given);
    series.lastMs = Math.max(series.lastMs, minute);
    const unsaved = this.#unsaved.get(key) ?? new Set();
    this.#unsaved.set(key, unsaved.add(minute));
  }

  /** All that was measured from `fromMs` to `toMs` (exclusive), both whole minutes; undefined if nothing was. */
  window(id: MetricId, fromMs: number, toMs: number): Summary | undefined {
    const key = keyOf(id);
    const minutes = this.#series.get(key)?.minutes;
    if (minutes === undefined) return undefined;
    const stored = this.#stored(key, fromMs, toMs);
    const found: Summary[] = [];
    for (let minute = fromMs; minute < toMs; minute += MINUTE_MS) {
      const summary = minutes.get(minute) ?? stored.get(minute);
      if (summary) found.push(summary);
    }
    return together(found);
  }

  /** Every metric that has had a value lately. */
  list(): MetricId[] {
    return [...this.#series.values()].map(({ namespace, name, dimensions }) => ({
      namespace,
      name,
      dimensions,
    }));
  }

  save(nowMs: number): void {
    const put = this.#db.prepare(
      'INSERT OR REPLACE INTO cloudwatch_minutes (metric, minute, body) VALUES (?, ?, ?)',
    );
    transaction(this.#db, () => {
      for (const [key, minutes] of this.#unsaved)
        for (const minute of minutes) {
          const summary = this.#series.get(key)?.minutes.get(minute);
          if (summary) put.run(key, minute, textOf(summary));
        }
      this.#db.prepare('DELETE FROM cloudwatch_minutes WHERE minute < ?').run(nowMs - KEPT_MS);
    });
    this.#unsaved.clear();
    this.#forget(nowMs);
  }

  #forget(nowMs: number): void {
    this.#heldFromMs = nowMs - HELD_MS;
    for (const [key, { minutes, lastMs }] of this.#series) {
      if (lastMs < nowMs - KEPT_MS) this.#series.delete(key);
      else for (const minute of minutes.keys()) if (minute < this.#heldFromMs) minutes.delete(minute);
    }
  }

  #load(nowMs: number): void {
    this.#heldFromMs = nowMs - HELD_MS;
    const found = this.#db
      .prepare(
        'SELECT metric, max(minute) AS minute FROM cloudwatch_minutes WHERE minute >= ? GROUP BY metric',
      )
      .all(nowMs - KEPT_MS);
    for (const each of found) {
      const { metric, minute } = lastRow.parse(each);
      const series = this.#seriesOf(metric, metricId.parse(JSON.parse(metric)));
      series.lastMs = minute;
      for (const [held, summary] of this.#read(metric, this.#heldFromMs, minute + 1))
        series.minutes.set(held, summary);
    }
  }

  /** What the database has of minutes that may be in memory no longer. */
  #stored(key: string, fromMs: number, toMs: number): Map<number, Summary> {
    return fromMs < this.#heldFromMs ? this.#read(key, fromMs, toMs) : new Map();
  }

  #read(key: string, fromMs: number, toMs: number): Map<number, Summary> {
    const found = this.#between.all(key, fromMs, toMs).map((each) => {
      const { minute, body: text } = row.parse(each);
      const { values, ...rest } = body.parse(JSON.parse(text));
      return [minute, { ...rest, values: values && new Map(values) }] as const;
    });
    return new Map(found);
  }

  #seriesOf(key: string, { namespace, name, dimensions }: MetricId): Series {
    const known = this.#series.get(key);
    if (known) return known;
    const made: Series = { namespace, name, dimensions, minutes: new Map(), lastMs: 0 };
    this.#series.set(key, made);
    return made;
  }
}

const textOf = (summary: Summary): string =>
  JSON.stringify({ ...summary, values: summary.values && [...summary.values] });
