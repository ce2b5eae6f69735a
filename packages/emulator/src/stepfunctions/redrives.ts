import type { DatabaseSync } from 'node:sqlite';
import { type Standing, standing } from 'headrace-asl';
import { z } from 'zod';
import type { ExecutionRow } from './types.ts';

const row = z.object({
  count: z.number(),
  redriven_ms: z.number().nullable(),
  token: z.string().nullable(),
  standing: z.string().nullable(),
});

/** What is kept of an execution for the case that it is to go on. */
export interface Redriven {
  count: number;
  /** when last; epoch ms */
  atMs: number | undefined;
  token: string | undefined;
  /** where it stood when it ended; undefined when it ended well, or with its process */
  standing: Standing | undefined;
}

const NEVER: Redriven = { count: 0, atMs: undefined, token: undefined, standing: undefined };

/** Where executions stood that had not ended well, and how often they have gone on. */
export class Redrives {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  of({ id }: Pick<ExecutionRow, 'id'>): Redriven {
    const found = this.#db.prepare('SELECT * FROM sfn_redrives WHERE execution = ?').get(id);
    if (found === undefined) return NEVER;
    const { count, redriven_ms, token, standing: stood } = row.parse(found);
    return {
      ...{ count, atMs: redriven_ms ?? undefined, token: token ?? undefined },
      standing: stood === null ? undefined : standing.parse(JSON.parse(stood)),
    };
  }

  /** Keeps where an execution stands that has come to rest. */
  keep(id: number, stood: Standing): void {
    this.#db
      .prepare(
        `INSERT INTO sfn_redrives (execution, standing) VALUES (?, ?)
         ON CONFLICT (execution) DO UPDATE SET standing = excluded.standing`,
      )
      .run(id, JSON.stringify(stood));
  }

  /** It goes on: where it stood before must not be gone on from a second time. */
  begin(id: number, atMs: number, token: string | undefined): void {
    this.#db
      .prepare(
        'UPDATE sfn_redrives SET count = count + 1, redriven_ms = ?, token = ?, standing = NULL WHERE execution = ?',
      )
      .run(atMs, token ?? null, id);
  }
}
