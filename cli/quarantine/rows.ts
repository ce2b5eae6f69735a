import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { CliError } from '../../client/failure.ts';
import { readWhole } from '../../client/lake.ts';
import { quarantineDay } from '../../src/lake/layout.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';

/** A row as it lies. `reason` is open here: a row written by a newer stage must be readable by an older command. */
const storedRow = z.object({
  reason: z.string(),
  detail: z.string(),
  raw: z.string(),
  source: z.string().nullable(),
  received_at: z.iso.datetime(),
  sequence: z.string(),
});

export interface StoredRow extends z.infer<typeof storedRow> {
  /** the same for every copy of the row: what the sender sent, when, and the how-manieth alike of its object */
  id: string;
  /** its folder, `dt=` */
  day: string;
}

export interface RowFilter {
  days: readonly string[];
  reason?: string | undefined;
  source?: string | undefined;
  /** only these rows, by the ids that `show` gives them; none: all */
  ids?: readonly string[] | undefined;
}

/**
 * A stream delivers at least once, so a row may lie in two objects of different cut. Neither the object nor the
 * sequence number can name it, then: its content does. Texts alike of one request are told apart by counting.
 */
const idOf = (row: z.infer<typeof storedRow>, seen: Map<string, number>): string => {
  const content = JSON.stringify([row.source, row.received_at, row.raw]);
  const alike = seen.get(content) ?? 0;
  seen.set(content, alike + 1);
  const digest = createHash('sha256').update(alike === 0 ? content : `${content}${alike}`);
  return `q-${digest.digest('hex').slice(0, 32)}`;
};

const parsed = (line: string, key: string): z.infer<typeof storedRow> => {
  try {
    return storedRow.parse(JSON.parse(line));
  } catch (cause) {
    throw new CliError(
      `A line of ${key} is not a row of the table quarantine.`,
      'Look at the object: it is damaged.',
      {
        cause,
      },
    );
  }
};

const linesOf = async (store: ObjectStore, key: string): Promise<string[]> => {
  const body = await readWhole(store, key);
  try {
    // Split by hand: readline ends lines at U+2028 too, which JSON texts may hold.
    return gunzipSync(body).toString('utf8').split('\n');
  } catch (cause) {
    throw new CliError(`${key} cannot be unzipped.`, 'The object is damaged or cut off.', { cause });
  }
};

/** The rows of the days, read from their objects in the order of their keys, copies included. */
export async function* readRows(store: ObjectStore, filter: RowFilter): AsyncGenerator<StoredRow> {
  for (const day of filter.days) {
    for (const { key } of await store.list(quarantineDay(day))) {
      const seen = new Map<string, number>();
      for (const line of await linesOf(store, key)) {
        if (line === '') continue;
        const row = parsed(line, key);
        const id = idOf(row, seen);
        if (filter.reason !== undefined && row.reason !== filter.reason) continue;
        if (filter.source !== undefined && row.source !== filter.source) continue;
        if (filter.ids !== undefined && filter.ids.length > 0 && !filter.ids.includes(id)) continue;
        yield { ...row, id, day };
      }
    }
  }
}
