import { counted, seconds } from '../../client/format.ts';
import type { Screen } from '../screen.ts';
import type { Difference, Failure } from './model.ts';
import type { TestResult } from './run.ts';

/** More rows than these help nobody to find the first mistake. */
const SHOWN = 10;

/** As a person would write it in the test: `{ device_id: "d-1", readings: 1 }`. */
const rowText = (row: Readonly<Record<string, unknown>>): string =>
  `{ ${Object.entries(row)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ')} }`;

const differenceLines = ({ expected, got, values }: Difference): string[] => [
  `      - expected  ${expected === undefined ? '(no row)' : rowText(expected)}`,
  `      + got       ${got === undefined ? '(no row)' : rowText(got)}`,
  ...values.map((value) => `        ${value}`),
];

const failureLines = (file: string, { line, says, query, differences = [] }: Failure): string[] => [
  `    ${line === undefined ? file : `${file}:${line}`}: ${says}`,
  ...(query === undefined ? [] : query.split('\n').map((text) => `      ${text}`)),
  ...differences.slice(0, SHOWN).flatMap(differenceLines),
  ...(differences.length > SHOWN
    ? [`      and ${counted(differences.length - SHOWN, 'more difference')} (--json shows all)`]
    : []),
];

/** How a test ended, as soon as it has. */
export const showResult = (
  screen: Screen,
  { file, description, ok, failures, ms, dataDir }: TestResult,
): void => {
  const line = `  ${ok ? '✓' : '✗'} ${file}: ${description} (${seconds(ms)})`;
  (ok ? screen.say : screen.warn)(line);
  for (const text of failures.flatMap((failure) => failureLines(file, failure))) screen.say(text);
  if (dataDir !== undefined)
    screen.say(`    Its data is kept: npx headrace query --data ${dataDir} "SELECT * FROM events"`);
};
