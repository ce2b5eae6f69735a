import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { TemplateOutput, TemplateResource } from '../template/resolveTemplate.ts';

/** What was packaged, as a stack. */
export interface StackSpec {
  name: string;
  description: string | undefined;
  /** as `serverless package` wrote it */
  template: string;
  parameters: Readonly<Record<string, string>>;
  /** each after those it depends on */
  resources: readonly TemplateResource[];
  /** Throws an Error naming an output that the emulator cannot tell. */
  outputs(): TemplateOutput[];
}

export interface Stack extends StackSpec {
  createdMs: number;
  /** when its template changed last, as far as it ever did */
  updatedMs: number | undefined;
}

const row = z.object({ created_ms: z.number(), updated_ms: z.number().nullable(), digest: z.string() });

/** The one stack: the template is read anew at every boot, and when it came and changed outlives a boot. */
export class StackStore {
  readonly #db: DatabaseSync;
  #stack: Stack | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(`CREATE TABLE IF NOT EXISTS cloudformation_stack (
      name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, updated_ms INTEGER, digest TEXT NOT NULL) STRICT`);
  }

  put(spec: StackSpec, nowMs: number): void {
    const digest = createHash('sha256').update(spec.template).digest('hex');
    const found = this.#db.prepare('SELECT * FROM cloudformation_stack WHERE name = ?').get(spec.name);
    const before = found === undefined ? undefined : row.parse(found);
    const changed = before !== undefined && before.digest !== digest;
    const createdMs = before?.created_ms ?? nowMs;
    const updatedMs = changed ? nowMs : (before?.updated_ms ?? undefined);
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO cloudformation_stack (name, created_ms, updated_ms, digest) VALUES (?, ?, ?, ?)',
      )
      .run(spec.name, createdMs, updatedMs ?? null, digest);
    this.#stack = { ...spec, createdMs, updatedMs };
  }

  /** Undefined while the emulator boots. */
  get(): Stack | undefined {
    return this.#stack;
  }
}
