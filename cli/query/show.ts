import type { AnsweredQuery, Row } from '../../client/athena.ts';
import { bytes, counted, seconds } from '../../client/format.ts';
import { readPrices } from '../planner/prices.ts';
import type { Screen } from '../screen.ts';

const TB = 1e12;
/** Athena bills each query that scans anything for this much at least. Source: the Athena pricing page. */
const LEAST_BILLED = 10e6;

/** US dollars that Athena asks for a scan, by the price list of the project. */
const priceOf = (bytesScanned: number): string => {
  if (bytesScanned === 0) return '';
  const usd = (Math.max(bytesScanned, LEAST_BILLED) / TB) * readPrices().prices.athenaTb;
  return `, about $${usd < 0.01 ? usd.toPrecision(1) : usd.toFixed(2)} on AWS`;
};

/** The first `most` rows, and whether there are more. */
const firstRows = async (answer: AnsweredQuery, most: number): Promise<{ rows: Row[]; more: boolean }> => {
  const rows: Row[] = [];
  for await (const row of answer.rows()) {
    if (rows.length === most) return { rows, more: true };
    rows.push(row);
  }
  return { rows, more: false };
};

export const figuresOf = (rows: number, { ms, bytesScanned }: AnsweredQuery): string =>
  `${counted(rows, 'row')}, ${seconds(ms)}, ${bytes(bytesScanned)} scanned${priceOf(bytesScanned)}`;

/** A result as a table on the screen, at most so many rows of it, with what it took. */
export const showAnswer = async (screen: Screen, answer: AnsweredQuery, most: number): Promise<void> => {
  const { rows, more } = await firstRows(answer, most);
  if (answer.columns.length > 0)
    screen.table(
      answer.columns,
      rows.map((row) => row.map((value) => value ?? 'NULL')),
    );
  screen.say(figuresOf(rows.length, answer));
  if (more) screen.warn(`There are more rows: --rows N shows more of them, --out FILE.csv writes them all.`);
};
