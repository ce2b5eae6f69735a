import type { CatalogColumn, EventType } from '../../events/eventType.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import type { Consumer, Outcome } from '../consumer.ts';
import type { StreamBatch, StreamedEvent } from '../streamBatch.ts';
import { type Inserted, insertRows } from './inserting.ts';
import { firstKeptDay } from './keeping.ts';
import { type EventRow, rowMaker } from './row.ts';
import { databaseColumns, SCHEMA } from './schema.ts';
import { isBehind, isDayMissing } from './sqlState.ts';

export interface PostgresPorts {
  database: Database;
  /** Makes or mends schema, tables and roles: the function postgresUpkeep. */
  prepare(): Promise<void>;
  clock: Clock;
  keepDays: number;
  eventTypes: readonly EventType[];
  catalog: readonly CatalogColumn[];
}

export interface PostgresOutcome extends Outcome {
  /** rows that were not there before */
  inserted: number;
  /** events of days that are not kept */
  tooOld: number;
}

interface SentRow extends EventRow {
  event: StreamedEvent;
}

/** Tables of days are made once, and known from then on. A hundred days are more than any batch has. */
class Days {
  readonly #known = new Set<string>();

  async make(days: Iterable<string>, { query }: Database): Promise<void> {
    const missing = [...new Set(days)].filter((day) => !this.#known.has(day)).sort();
    if (missing.length === 0) return;
    await query(`SELECT ${SCHEMA}.make_days($1::date[])`, [missing]);
    for (const day of missing) this.#known.add(day);
  }

  forget(): void {
    this.#known.clear();
  }
}

/** The two things that a second try mends, each once a batch. */
const mended = async (error: unknown, days: Days, prepare: () => Promise<void>): Promise<boolean> => {
  if (isDayMissing(error)) {
    days.forget();
    return true;
  }
  if (!isBehind(error)) return false;
  days.forget();
  await prepare();
  return true;
};

/**
 * Writes the events of a batch to PostgreSQL, in one transaction. Whatever may have become of it, it can be repeated: rows
 * that are there stay as they are, and are not counted again. An event that the database refuses goes to quarantine; a
 * database that fails, or is away, has the batch come again.
 */
export const postgresConsumer = (ports: PostgresPorts): Consumer<PostgresOutcome> => {
  const { database, prepare, clock, keepDays, eventTypes, catalog } = ports;
  const columns = databaseColumns(catalog);
  const rowOf = rowMaker(eventTypes, catalog);
  const days = new Days();

  const insert = async (rows: readonly SentRow[]): Promise<Inserted<SentRow>> => {
    await days.make(
      rows.map(({ values }) => values[0] ?? ''),
      database,
    );
    return database.transaction((query) => insertRows(query, columns, rows));
  };

  const insertOrMend = async (rows: readonly SentRow[]): Promise<Inserted<SentRow>> => {
    try {
      return await insert(rows);
    } catch (error) {
      if (!(await mended(error, days, prepare))) throw error;
      return insert(rows);
    }
  };

  const take = async ({ events }: StreamBatch): Promise<PostgresOutcome> => {
    const from = firstKeptDay(clock.now(), keepDays);
    const kept = events.filter(({ partition }) => partition >= from);
    const tooOld = events.length - kept.length;
    const [first] = kept;
    if (first === undefined) return { inserted: 0, tooOld };
    try {
      const { inserted, refused } = await insertOrMend(
        kept.map((event) => ({ event, ...rowOf(event.text()) })),
      );
      const rejected = refused.map(({ row, detail }) => ({
        event: row.event,
        reason: 'refused_by_postgres' as const,
        detail,
      }));
      return { inserted, tooOld, rejected };
    } catch (error) {
      const failed = [{ record: first.record, what: 'write to PostgreSQL', error }];
      return { inserted: 0, tooOld: 0, failed };
    }
  };

  return { name: 'postgres', take };
};
