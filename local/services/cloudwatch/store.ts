import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { transaction } from '../../store.ts';
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

const row = z.object({ metric: z.string(), minute: z.number(), body: z.string() });
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
 * Metrics by the minute, in memory; `save` puts what is new into the stage's database. A process that is killed loses
 * what came since: at most a minute.
 */
export class MetricStore {
  private readonly db: DatabaseSync;
  private readonly series = new Map<string, Series>();
  private readonly unsaved = new Map<string, Set<number>>();

  constructor(db: DatabaseSync, nowMs: number) {
    this.db = db;
    db.exec(`CREATE TABLE IF NOT EXISTS cloudwatch_minutes (
      metric TEXT NOT NULL, minute INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (metric, minute)) STRICT, WITHOUT ROWID`);
    this.load(nowMs);
  }

  put(id: MetricId, value: number | Summary, atMs: number, count = 1): void {
    const given = typeof value === 'number' ? summaryOf(value, count) : value;
    const key = keyOf(id);
    const series = this.seriesOf(key, id);
    const minute = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    const there = series.minutes.get(minute);
    if (there) addTo(there, given);
    else series.minutes.set(minute, together([given]) ?? given);
    series.lastMs = Math.max(series.lastMs, minute);
    const unsaved = this.unsaved.get(key) ?? new Set();
    this.unsaved.set(key, unsaved.add(minute));
  }

  /** All that was measured from `fromMs` to `toMs` (exclusive), both whole minutes; undefined if nothing was. */
  window(id: MetricId, fromMs: number, toMs: number): Summary | undefined {
    const minutes = this.series.get(keyOf(id))?.minutes;
    if (minutes === undefined) return undefined;
    const found: Summary[] = [];
    for (let minute = fromMs; minute < toMs; minute += MINUTE_MS) {
      const summary = minutes.get(minute);
      if (summary) found.push(summary);
    }
    return together(found);
  }

  /** Every metric that has had a value lately. */
  list(): MetricId[] {
    return [...this.series.values()].map(({ namespace, name, dimensions }) => ({
      namespace,
      name,
      dimensions,
    }));
  }

  save(nowMs: number): void {
    const put = this.db.prepare(
      'INSERT OR REPLACE INTO cloudwatch_minutes (metric, minute, body) VALUES (?, ?, ?)',
    );
    transaction(this.db, () => {
      for (const [key, minutes] of this.unsaved)
        for (const minute of minutes) {
          const summary = this.series.get(key)?.minutes.get(minute);
          if (summary) put.run(key, minute, textOf(summary));
        }
      this.db.prepare('DELETE FROM cloudwatch_minutes WHERE minute < ?').run(nowMs - KEPT_MS);
    });
    this.unsaved.clear();
    this.forget(nowMs - KEPT_MS);
  }

  private forget(beforeMs: number): void {
    for (const [key, { minutes, lastMs }] of this.series) {
      if (lastMs < beforeMs) this.series.delete(key);
      else for (const minute of minutes.keys()) if (minute < beforeMs) minutes.delete(minute);
    }
  }

  private load(nowMs: number): void {
    const found = this.db.prepare('SELECT * FROM cloudwatch_minutes WHERE minute >= ?').all(nowMs - KEPT_MS);
    for (const each of found) {
      const { metric, minute, body: text } = row.parse(each);
      const series = this.seriesOf(metric, metricId.parse(JSON.parse(metric)));
      const { values, ...rest } = body.parse(JSON.parse(text));
      series.minutes.set(minute, { ...rest, values: values && new Map(values) });
      series.lastMs = Math.max(series.lastMs, minute);
    }
  }

  private seriesOf(key: string, { namespace, name, dimensions }: MetricId): Series {
    const known = this.series.get(key);
    if (known) return known;
    const made: Series = { namespace, name, dimensions, minutes: new Map(), lastMs: 0 };
    this.series.set(key, made);
    return made;
  }
}

const textOf = (summary: Summary): string =>
  JSON.stringify({ ...summary, values: summary.values && [...summary.values] });
