import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { HistoryEvent } from 'headrace-asl';
import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import { transaction } from '../database.ts';
import { isDiskFailure } from '../storage.ts';

const eventRow = z.object({ event: z.string() });
const stored = z.object({
  id: z.number(),
  previousEventId: z.number(),
  timestamp: z.number(),
  type: z.string(),
  details: z.record(z.string(), z.json()),
});
const lastRow = z.object({ last: z.number().nullable() });

/** A page of a history: events after an id (before it, when reversed). */
export interface Page {
  execution: number;
  from: number;
  limit: number;
  reverse: boolean;
}

/**
 * What happens to executions is stored in one transaction per turn of the event loop, so that an execution of many
 * small states does not commit each of them; whoever reads stores what is waiting first.
 */
export class Journal {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  #waiting: (() => void)[] = [];
  #turn: Promise<void> | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = db.prepare('INSERT INTO sfn_events (execution, id, event) VALUES (?, ?, ?)');
  }

  addEvent(execution: number, event: HistoryEvent): void {
    this.add(() => this.#insert.run(execution, event.id, JSON.stringify(event)));
  }

  /** To be stored, in order, when this turn ends. What a disk cannot take waits for the next turn or reader. */
  add(store: () => void): void {
    this.#waiting.push(store);
    this.#turn ??= this.#endOfTurn();
  }

  /** Resolves when everything added so far is stored. */
  async stored(): Promise<void> {
    await this.#turn;
  }

  async #endOfTurn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#turn = undefined;
    try {
      this.flush();
    } catch (error) {
      // Anything else is a defect, which fails the process.
      if (!isDiskFailure(error)) throw error;
    }
  }

  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    transaction(this.#db, () => {
      for (const store of waiting) store();
    });
    this.#waiting = this.#waiting.slice(waiting.length);
  }

  read({ execution, from, limit, reverse }: Page): HistoryEvent[] {
    this.flush();
    const sql = reverse
      ? 'SELECT event FROM sfn_events WHERE execution = ? AND id < ? ORDER BY id DESC LIMIT ?'
      : 'SELECT event FROM sfn_events WHERE execution = ? AND id > ? ORDER BY id LIMIT ?';
    const rows = this.#db.prepare(sql).all(execution, from, limit);
    return rows.map((found) => stored.parse(JSON.parse(eventRow.parse(found).event)));
  }

  lastId(execution: number): number {
    this.flush();
    const found = this.#db
      .prepare('SELECT max(id) AS last FROM sfn_events WHERE execution = ?')
      .get(execution);
    return lastRow.parse(found).last ?? 0;
  }
}

/** Fields that carry the data of an execution; left out when a reader asks for a history without it. */
const dataFields = new Set(['input', 'output', 'parameters', 'error', 'cause', 'assignedVariables']);

/** An event as GetExecutionHistory gives it. */
export const onTheWire = ({ details, timestamp, ...event }: HistoryEvent, withData: boolean): JsonObject => ({
  ...event,
  timestamp: timestamp / 1000,
  ...(withData ? details : withoutData(details)),
});

const withoutData = (details: JsonObject): JsonObject => {
  const kept = Object.entries(details).map(([name, fields]) => {
    const entries = Object.entries(fields ?? {}).filter(([field]) => !dataFields.has(field));
    return [name, Object.fromEntries(entries)];
  });
  return Object.fromEntries(kept);
};
