import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError } from '../contracts.ts';
import { transaction } from '../database.ts';
import type { MachineRow } from './types.ts';

const row = z
  .object({
    arn: z.string(),
    name: z.string(),
    revision: z.number(),
    created_ms: z.number(),
    definition: z.string(),
    role_arn: z.string(),
    updated_ms: z.number(),
  })
  .transform(
    (fields): MachineRow => ({
      arn: fields.arn,
      name: fields.name,
      roleArn: fields.role_arn,
      definition: fields.definition,
      revision: fields.revision,
      createdMs: fields.created_ms,
      updatedMs: fields.updated_ms,
    }),
  );

const select = `
  SELECT m.arn, m.name, r.revision, m.created_ms, r.definition, r.role_arn, r.updated_ms
  FROM sfn_machines m JOIN sfn_revisions r ON r.machine = m.arn`;

/** The state machines, with every definition they have had: an execution keeps the one it began with. */
export class Machines {
  readonly #db: DatabaseSync;
  readonly #findByArn: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#findByArn = db.prepare(`${select} AND r.revision = m.revision WHERE m.arn = ?`);
  }

  find(arn: string): MachineRow | undefined {
    const found = this.#findByArn.get(arn);
    return found === undefined ? undefined : row.parse(found);
  }

  get(arn: string): MachineRow {
    const found = this.find(arn);
    if (found === undefined) {
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
    return found;
  }

  atRevision(arn: string, revision: number): MachineRow | undefined {
    const found = this.#db.prepare(`${select} WHERE m.arn = ? AND r.revision = ?`).get(arn, revision);
    return found === undefined ? undefined : row.parse(found);
  }

  /** In the order of their names, after the one called `after`. */
  list(after: string, limit: number): MachineRow[] {
    const sql = `${select} AND r.revision = m.revision WHERE m.name > ? ORDER BY m.name LIMIT ?`;
    return this.#db
      .prepare(sql)
      .all(after, limit)
      .map((found) => row.parse(found));
  }

  /** A new machine, or a new revision of one that is there. */
  save(machine: Pick<MachineRow, 'arn' | 'name' | 'definition' | 'roleArn'>, now: number): void {
    transaction(this.#db, () => {
      const revision = (this.find(machine.arn)?.revision ?? 0) + 1;
      this.#db
        .prepare(
          `INSERT INTO sfn_machines (arn, name, revision, created_ms) VALUES (?, ?, ?, ?)
           ON CONFLICT (arn) DO UPDATE SET revision = excluded.revision`,
        )
        .run(machine.arn, machine.name, revision, now);
      this.#db
        .prepare(
          'INSERT INTO sfn_revisions (machine, revision, definition, role_arn, updated_ms) VALUES (?, ?, ?, ?, ?)',
        )
        .run(machine.arn, revision, machine.definition, machine.roleArn, now);
    });
  }

  remove(arn: string): void {
    transaction(this.#db, () => {
      this.#db.prepare('DELETE FROM sfn_machines WHERE arn = ?').run(arn);
      this.#db.prepare('DELETE FROM sfn_revisions WHERE machine = ?').run(arn);
    });
  }
}
