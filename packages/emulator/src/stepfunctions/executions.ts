import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError } from '../contracts.ts';
import { transaction } from '../database.ts';
import type { Ending, ExecutionRow, ExecutionStatus } from './types.ts';

const row = z
  .object({
    id: z.number(),
    arn: z.string(),
    machine: z.string(),
    name: z.string(),
    revision: z.number(),
    status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    start_ms: z.number(),
    stop_ms: z.number().nullable(),
    input: z.string(),
    output: z.string().nullable(),
    error: z.string().nullable(),
    cause: z.string().nullable(),
  })
  .transform(
    ({ machine, start_ms, stop_ms, ...same }): ExecutionRow => ({
      ...same,
      machineArn: machine,
      startMs: start_ms,
      stopMs: stop_ms,
    }),
  );
const idRow = z.object({ id: z.number() });

/** AWS forgets executions 90 days after they ended; a laptop need not keep more than this many either. */
const keptMs = 90 * 24 * 3_600_000;
const keptExecutions = 10_000;

export type NewExecution = Pick<
  ExecutionRow,
  'id' | 'arn' | 'machineArn' | 'name' | 'revision' | 'startMs' | 'input'
>;

/** Which executions to list: newest first, those before the given row id. */
export interface Listing {
  machineArn: string;
  status: ExecutionStatus | undefined;
  before: number;
  limit: number;
}

/** The executions, without their histories. */
export class Executions {
  readonly #db: DatabaseSync;
  readonly #findByArn: StatementSync;
  readonly #insert: StatementSync;
  readonly #close: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#findByArn = db.prepare('SELECT * FROM sfn_executions WHERE arn = ?');
    this.#insert = db.prepare(
      `INSERT INTO sfn_executions (id, arn, machine, name, revision, status, start_ms, input)
       VALUES (?, ?, ?, ?, ?, 'RUNNING', ?, ?)`,
    );
    this.#close = db.prepare(
      'UPDATE sfn_executions SET status = ?, stop_ms = ?, output = ?, error = ?, cause = ? WHERE arn = ?',
    );
  }

  find(arn: string): ExecutionRow | undefined {
    const found = this.#findByArn.get(arn);
    return found === undefined ? undefined : row.parse(found);
  }

  get(arn: string): ExecutionRow {
    const found = this.find(arn);
    if (found === undefined) {
      throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    return found;
  }

  add(execution: NewExecution): void {
    const { id, arn, machineArn, name, revision, startMs, input } = execution;
    this.#insert.run(id, arn, machineArn, name, revision, startMs, input);
  }

  /** The highest row id so far. */
  lastId(): number {
    return idRow.parse(this.#db.prepare('SELECT coalesce(max(id), 0) AS id FROM sfn_executions').get()).id;
  }

  /** It runs again. */
  reopen(arn: string): void {
    this.#close.run('RUNNING', null, null, null, null, arn);
  }

  end({ arn, status, output, error, cause }: Ending, stopMs: number): void {
    this.#close.run(status, stopMs, output, error, cause, arn);
  }

  running(): ExecutionRow[] {
    const found = this.#db.prepare("SELECT * FROM sfn_executions WHERE status = 'RUNNING' ORDER BY id").all();
    return found.map((each) => row.parse(each));
  }

  list({ machineArn, status, before, limit }: Listing): ExecutionRow[] {
    const sql = `SELECT * FROM sfn_executions
      WHERE machine = ? AND id < ? AND (? IS NULL OR status = ?) ORDER BY id DESC LIMIT ?`;
    const found = this.#db.prepare(sql).all(machineArn, before, status ?? null, status ?? null, limit);
    return found.map((each) => row.parse(each));
  }

  /** Forgets what ended long ago, and the oldest of what is too many; what belongs to them goes with them. */
  prune(now: number): void {
    transaction(this.#db, () => {
      const oldest = this.#db
        .prepare('SELECT id FROM sfn_executions ORDER BY id DESC LIMIT 1 OFFSET ?')
        .get(keptExecutions);
      const id = oldest === undefined ? 0 : idRow.parse(oldest).id;
      const doomed = "SELECT id FROM sfn_executions WHERE status <> 'RUNNING' AND (id <= ? OR stop_ms < ?)";
      // Said outright: the store may be opened without foreign keys.
      for (const table of ['sfn_events', 'sfn_redrives'])
        this.#db.prepare(`DELETE FROM ${table} WHERE execution IN (${doomed})`).run(id, now - keptMs);
      this.#db.prepare(`DELETE FROM sfn_executions WHERE id IN (${doomed})`).run(id, now - keptMs);
    });
  }
}
