import { bytes } from '../../client/format.ts';
import type { AskedQuery } from '../../client/queryHistory.ts';
import type { Screen } from '../screen.ts';

const WIDTH = 80;

/** One line of it, without comments: enough to know it again. */
const brief = (sql: string): string => {
  const line = sql
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
};

export const showHistory = (screen: Screen, asked: readonly AskedQuery[]): void =>
  screen.table(
    ['at', 'state', 'scanned', 'sql'],
    asked.map(({ at, state, bytesScanned, sql }) => [
      at.toISOString().slice(0, 19).replace('T', ' '),
      state,
      bytes(bytesScanned),
      brief(sql),
    ]),
  );
