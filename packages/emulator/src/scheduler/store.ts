import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';

/** A schedule of the template, as its properties say it. */
export interface ScheduleItem {
  name: string;
  group: string;
  arn: string;
  properties: JsonObject;
}

export interface ScheduleGroup {
  name: string;
  arn: string;
}

/** epoch milliseconds */
export interface Times {
  createdMs: number;
  modifiedMs: number;
}

const row = z.object({ created_ms: z.number(), modified_ms: z.number(), said: z.string() });

/** The schedules and groups of the template. When each came and changed outlives a boot; what it says does not. */
export class ScheduleStore {
  readonly #db: DatabaseSync;
  #schedules: readonly ScheduleItem[] = [];
  #groups: readonly ScheduleGroup[] = [];

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(`CREATE TABLE IF NOT EXISTS scheduler_times (
      arn TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, said TEXT NOT NULL) STRICT`);
  }

  /** Takes the place of what was there. */
  put(schedules: readonly ScheduleItem[], groups: readonly ScheduleGroup[], nowMs: number): void {
    const byName = <T extends { name: string }>(items: readonly T[]): T[] =>
      [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#schedules = byName(schedules);
    this.#groups = byName(groups);
    for (const { arn, properties } of schedules) this.#note(arn, JSON.stringify(properties), nowMs);
    for (const { arn } of groups) this.#note(arn, '', nowMs);
  }

  schedules(): readonly ScheduleItem[] {
    return this.#schedules;
  }

  groups(): readonly ScheduleGroup[] {
    return this.#groups;
  }

  times(arn: string): Times {
    const found = this.#find(arn);
    return { createdMs: found?.created_ms ?? 0, modifiedMs: found?.modified_ms ?? 0 };
  }

  #find(arn: string): z.infer<typeof row> | undefined {
    const found = this.#db.prepare('SELECT * FROM scheduler_times WHERE arn = ?').get(arn);
    return found === undefined ? undefined : row.parse(found);
  }

  #note(arn: string, said: string, nowMs: number): void {
    const before = this.#find(arn);
    if (before?.said === said) return;
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO scheduler_times (arn, created_ms, modified_ms, said) VALUES (?, ?, ?, ?)',
      )
      .run(arn, before?.created_ms ?? nowMs, nowMs, said);
  }
}
