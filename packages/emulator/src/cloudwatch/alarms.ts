import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError } from '../contracts.ts';
import type { AlarmSpec } from './alarmSpec.ts';
import { type AlarmState, alarmStates, datapointsOf, verdictOf } from './evaluate.ts';
import { messageOf, type StateChange, subjectOf } from './notification.ts';
import type { MetricStore } from './store.ts';

export interface Alarm {
  spec: AlarmSpec;
  state: AlarmState;
  reason: string;
  /** when it went into this state */
  changedMs: number;
  configuredMs: number;
}

/** Publishes to a topic. */
export type Publish = (topicArn: string, subject: string, message: string) => Promise<void>;

interface HistoryItem {
  alarm: string;
  atMs: number;
  type: 'StateUpdate' | 'ConfigurationUpdate' | 'Action';
  summary: string;
}

const stored = z.object({
  state: z.enum(alarmStates),
  reason: z.string(),
  changedMs: z.number(),
  configuredMs: z.number(),
  /** the configuration it was in this state under, as text */
  configuration: z.string(),
});

const historyRow = z.object({
  alarm: z.string(),
  at_ms: z.number(),
  type: z.enum(['StateUpdate', 'ConfigurationUpdate', 'Action']),
  summary: z.string(),
});

/** What is remembered of state changes; CloudWatch keeps 30 days. */
const KEPT_HISTORY = 2_000;

/** The alarms of the emulator, their states in its database: a restart is no news. */
export class Alarms {
  readonly #db: DatabaseSync;
  readonly #metrics: MetricStore;
  readonly #now: () => number;
  readonly #all = new Map<string, Alarm>();

  constructor(db: DatabaseSync, metrics: MetricStore, now: () => number) {
    this.#db = db;
    this.#metrics = metrics;
    this.#now = now;
    db.exec(`
      CREATE TABLE IF NOT EXISTS cloudwatch_alarms (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS cloudwatch_history (
        number INTEGER PRIMARY KEY AUTOINCREMENT, alarm TEXT NOT NULL, at_ms INTEGER NOT NULL, type TEXT NOT NULL,
        summary TEXT NOT NULL) STRICT;
    `);
  }

  /** Creates the alarm or changes it. A new one, or one that asks something else, knows nothing yet. */
  deploy(spec: AlarmSpec): void {
    const found = this.#db.prepare('SELECT body FROM cloudwatch_alarms WHERE name = ?').get(spec.name);
    const before = found && stored.parse(JSON.parse(String(found.body)));
    if (before?.configuration === JSON.stringify(spec)) {
      this.#all.set(spec.name, { spec, ...before });
      return;
    }
    const now = this.#now();
    const reason = 'Unchecked: Initial alarm creation';
    const alarm: Alarm = before
      ? { spec, ...before, configuredMs: now }
      : { spec, state: 'INSUFFICIENT_DATA', reason, changedMs: now, configuredMs: now };
    this.#keep(alarm);
    const what = before ? 'updated' : 'created';
    this.#note(spec.name, 'ConfigurationUpdate', `Alarm "${spec.name}" ${what}`);
  }

  list(): Alarm[] {
    return [...this.#all.values()].sort((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
  }

  /** Looks at every alarm as of `atMs`, and publishes what has changed. */
  async evaluate(atMs: number, publish: Publish): Promise<void> {
    for (const alarm of this.list()) {
      const verdict = verdictOf(alarm.spec, datapointsOf(alarm.spec, this.#metrics, atMs), alarm.state);
      if (verdict === undefined || verdict.state === alarm.state) continue;
      await this.#change(alarm, verdict.state, verdict.reason, atMs, publish);
    }
  }

  /** SetAlarmState: until the next evaluation finds otherwise. Throws AwsError('ResourceNotFound'). */
  async set(name: string, state: AlarmState, reason: string, publish: Publish): Promise<void> {
    const alarm = this.#all.get(name);
    if (alarm === undefined) throw new AwsError('ResourceNotFound', `There is no alarm ${name}`, 404);
    if (alarm.state !== state) await this.#change(alarm, state, reason, this.#now(), publish);
  }

  history(name: string | undefined, limit: number): HistoryItem[] {
    const rows = this.#db
      .prepare('SELECT * FROM cloudwatch_history WHERE ? IS NULL OR alarm = ? ORDER BY number DESC LIMIT ?')
      .all(name ?? null, name ?? null, limit);
    return rows.map((row) => {
      const { at_ms, ...rest } = historyRow.parse(row);
      return { ...rest, atMs: at_ms };
    });
  }

  async #change(alarm: Alarm, to: AlarmState, reason: string, atMs: number, publish: Publish): Promise<void> {
    const { spec, state: from, configuredMs } = alarm;
    this.#keep({ ...alarm, state: to, reason, changedMs: atMs });
    this.#note(spec.name, 'StateUpdate', `Alarm updated from ${from} to ${to}`);
    if (spec.actionsEnabled) await this.#act({ spec, from, to, reason, atMs, configuredMs }, publish);
  }

  async #act(change: StateChange, publish: Publish): Promise<void> {
    for (const action of change.spec.actions[change.to]) {
      try {
        await publish(action, subjectOf(change), messageOf(change));
        this.#note(change.spec.name, 'Action', `Successfully executed action ${action}`);
      } catch (error) {
        this.#note(change.spec.name, 'Action', `Failed to execute action ${action}: ${error}`);
      }
    }
  }

  #keep(alarm: Alarm): void {
    const { spec, ...rest } = alarm;
    this.#all.set(spec.name, alarm);
    const body = JSON.stringify({ ...rest, configuration: JSON.stringify(spec) });
    this.#db
      .prepare('INSERT OR REPLACE INTO cloudwatch_alarms (name, body) VALUES (?, ?)')
      .run(spec.name, body);
  }

  #note(alarm: string, type: HistoryItem['type'], summary: string): void {
    this.#db
      .prepare('INSERT INTO cloudwatch_history (alarm, at_ms, type, summary) VALUES (?, ?, ?, ?)')
      .run(alarm, this.#now(), type, summary);
    this.#db
      .prepare(
        'DELETE FROM cloudwatch_history WHERE number <= (SELECT max(number) FROM cloudwatch_history) - ?',
      )
      .run(KEPT_HISTORY);
  }
}
