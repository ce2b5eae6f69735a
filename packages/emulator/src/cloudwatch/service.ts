import type { DatabaseSync } from 'node:sqlite';
import type { JsonService, Measure, Timer } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { alarmActions } from './actions/alarms.ts';
import { metricActions } from './actions/metrics.ts';
import type { AlarmSpec } from './alarmSpec.ts';
import { type Alarm, Alarms, type Publish } from './alarms.ts';
import type { Action, Core } from './core.ts';
import { metricsOf } from './emf.ts';
import { MetricStore, MINUTE_MS } from './store.ts';

interface CloudWatchOptions {
  /** the emulator's database; tables `cloudwatch_…` */
  db: DatabaseSync;
  timer: Timer;
}

/** CloudWatch: the API, what the emulators and the functions' logs feed, and the alarms. */
export interface CloudWatch extends JsonService {
  measure: Measure;
  /** A line of a function's log: its metrics, if it carries any. */
  readLogLine(line: string): void;
  /** Creates an alarm of the template, or changes it. */
  deployAlarm(spec: AlarmSpec): void;
  alarms(): Alarm[];
  /**
   * Looks at all alarms as of a moment, by default now: minutes that have not ended by then do not count. State
   * changes are published.
   */
  evaluate(atMs?: number): Promise<void>;
  /** Evaluates at the end of every minute, and publishes by `publish`, until the service is closed. */
  watch(publish: Publish): void;
  /** Stops watching and stores what is not stored yet. */
  close(): Promise<void>;
}

export const cloudwatchActions: Readonly<Record<string, Action>> = { ...alarmActions, ...metricActions };

export const openCloudWatch = ({ db, timer }: CloudWatchOptions): CloudWatch => {
  const now = (): number => timer.now();
  const store = new MetricStore(db, now());
  const alarms = new Alarms(db, store, now);
  const closing = new AbortController();
  let watching: Promise<void> = Promise.resolve();
  let publish: Publish = async () => {};
  const core: Core = { store, alarms, publish: (...given) => publish(...given), now };

  // One after the other: two at once would both find an alarm changed, and tell of it twice.
  let turn: Promise<void> = Promise.resolve();
  const evaluate = (atMs = now()): Promise<void> => {
    const mine = turn.then(() => alarms.evaluate(atMs, core.publish));
    turn = mine.catch(() => {});
    return mine;
  };

  const everyMinute = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const next = (Math.floor(now() / MINUTE_MS) + 1) * MINUTE_MS;
      await timer.sleep(next - now(), closing.signal);
      await minuteEnded(next).catch((error: unknown) => {
        process.stderr.write(`headrace-emulator: the alarms could not be evaluated: ${error}\n`);
      });
    }
  };

  const minuteEnded = async (atMs: number): Promise<void> => {
    store.save(now());
    await evaluate(atMs);
  };

  return {
    name: 'monitoring', // as in signatures
    targetPrefix: 'GraniteServiceVersion20100801',
    jsonVersion: '1.0',
    call: async (action, input) => findAction('CloudWatch', cloudwatchActions, action)(core, input),
    measure: (datum) => store.put(datum, datum.value, now()),
    readLogLine: (line) => {
      // Dated by the emulator's clock, not by the line's: functions run by the machine's, and tests by another.
      for (const datum of metricsOf(line)) store.put(datum, datum.value, now());
    },
    deployAlarm: (spec) => alarms.deploy(spec),
    alarms: () => alarms.list(),
    evaluate,
    watch: (given) => {
      publish = given;
      // It ends with the sleep that closing interrupts.
      watching = everyMinute().catch(() => {});
    },
    close: async () => {
      closing.abort(new Error('The emulator stops'));
      await watching;
      store.save(now());
    },
  };
};
