import { z } from 'zod';
import { type AnsweredQuery, answerQuery } from '../../../client/athena.ts';
import { bytes } from '../../../client/format.ts';
import { queryCost } from '../../../client/queryCost.ts';
import { askedBefore } from '../../../client/queryHistory.ts';
import { listTables } from '../../../client/tableMetadata.ts';
import type { Call } from '../call.ts';

/** Rows that a page can show; all of them: headrace query --out FILE. */
const MOST_ROWS = 5_000;
const HISTORY = 30;

export const tables: Call<'tables'> = {
  input: z.object({}),
  run: async ({ access }) => ({ tables: await listTables(access) }),
};

const rowsOf = async (answer: AnsweredQuery): Promise<{ rows: (string | null)[][]; more: boolean }> => {
  const rows: (string | null)[][] = [];
  for await (const row of answer.rows()) {
    if (rows.length === MOST_ROWS) return { rows, more: true };
    rows.push([...row]);
  }
  return { rows, more: false };
};

const states: Readonly<Record<string, string>> = {
  QUEUED: 'The query waits for Athena',
  RUNNING: 'The query runs',
};

export const ask: Call<'ask'> = {
  input: z.object({ sql: z.string().trim().min(1, 'Write a statement first.') }),
  run: async ({ access }, { sql }, { signal, progress }) => {
    let told = '';
    const answer = await answerQuery(access, sql, {
      signal,
      onProgress: ({ state, bytesScanned }) => {
        const text = `${states[state] ?? state}, ${bytes(bytesScanned)} scanned so far`;
        if (text !== told) progress({ text });
        told = text;
      },
    });
    const { id, columns, types, ms, bytesScanned } = answer;
    return {
      ...{ id, columns, types, ms, bytesScanned, usd: queryCost(bytesScanned) },
      ...(await rowsOf(answer)),
      wouldBe: access.local !== undefined,
    };
  },
};

export const asked: Call<'asked'> = {
  input: z.object({}),
  run: async ({ access }) => ({
    queries: (await askedBefore(access, HISTORY)).map((query) => ({ ...query, at: query.at.toISOString() })),
  }),
};
