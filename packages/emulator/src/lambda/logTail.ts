import type { Outcome } from './failures.ts';

interface Spent {
  durationMs: number;
  maxRssBytes: number;
  memoryMb: number;
}

/** Lambda gives back the last 4 KB of the log of a call. */
const TAIL_BYTES = 4_096;

/** The end of the log of one invocation, as LogType Tail shows it: what the function wrote, within Lambda's lines. */
export const logTail = (requestId: string, outcome: Outcome, spent: Spent): string => {
  const written = (outcome.log ?? '').replace(/\n$/, '');
  const lines = [
    `START RequestId: ${requestId} Version: $LATEST`,
    ...(written === '' ? [] : [written]),
    ...(outcome.functionError ? [`${requestId}\tERROR\tInvoke Error\t${outcome.payload}`] : []),
    `END RequestId: ${requestId}`,
    report(requestId, spent),
  ];
  return Buffer.from(`${lines.join('\n')}\n`)
    .subarray(-TAIL_BYTES)
    .toString();
};

const report = (requestId: string, { durationMs, maxRssBytes, memoryMb }: Spent): string =>
  [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${Math.round(maxRssBytes / 2 ** 20)} MB`,
  ].join('\t');
