import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Grant } from './types.ts';

const grant = z.object({ statement: z.string(), action: z.string(), resource: z.string() });

const use = z.object({
  /** logical id of the role */
  role: z.string(),
  action: z.string(),
  /** of the first of these requests */
  resource: z.string(),
  /** everything that allows them: they are denied once all of it is gone */
  grants: z.array(grant),
});

/** Requests of a role that were allowed by the same statements and patterns. */
export type Use = z.infer<typeof use>;

/** Notes what permissions are used for. With a folder, each new use is appended to a file of this process there. */
export class Uses {
  readonly #known = new Map<string, Use>();
  readonly #file: string | undefined;

  constructor(folder?: string) {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, `${process.pid}-${randomUUID()}.jsonl`);
  }

  /** Which requests are told apart does not matter to what a missing statement would deny: only what allows them. */
  note(role: string, action: string, resource: string, grants: readonly Grant[]): void {
    const key = JSON.stringify([role, action, grants]);
    if (this.#known.has(key)) return;
    const noted: Use = { role, action, resource, grants: [...grants] };
    this.#known.set(key, noted);
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(noted)}\n`);
  }

  all(): Use[] {
    return [...this.#known.values()];
  }
}

/** Reads what `Uses` has written. Throws where a line cannot be read. */
export const readUses = (text: string): Use[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => use.parse(JSON.parse(line)));
