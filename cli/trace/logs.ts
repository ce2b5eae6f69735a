import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, parseJson } from '../../src/json/parse.ts';
import type { Step } from './timeline.ts';

/** The lines of one function that tell of a step: those whose fields have these values, around a time. */
export interface LogQuery {
  function: string;
  match: Record<string, string>;
  from: string;
  to: string;
}

const MINUTE = 60_000;

const around = (at: string, beforeMinutes: number, afterMinutes: number) => ({
  from: new Date(Date.parse(at) - beforeMinutes * MINUTE).toISOString(),
  to: new Date(Date.parse(at) + afterMinutes * MINUTE).toISOString(),
});

const pick = (ids: Step['ids'], ...names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (ids[name] === undefined ? [] : [[name, ids[name]]])));

const queriesOf = ({ what, at, ids }: Step): LogQuery[] => {
  if (at === null) return [];
  const { receivedAt, batch, partition, execution } = ids;
  const collector: LogQuery[] =
    receivedAt === undefined
      ? []
      : // A request may take the function's whole time.
        [{ function: 'collect', match: pick(ids, 'receivedAt', 'source'), ...around(receivedAt, 1, 1) }];
  const landing: LogQuery[] =
    // Delivered again, a batch is written again: long after it was received, but for an outage soon.
    batch === undefined ? [] : [{ function: 'land', match: { batch }, ...around(at, 5, 15) }];
  if (what === 'received' || what === 'landed' || what === 'refused') return [...collector, ...landing];
  if ((what !== 'built' && what !== 'failed') || partition === undefined) return [];
  const match = pick(ids, 'partition', 'execution');
  const run =
    execution === undefined ? [] : [{ function: 'report', match: { execution }, ...around(at, 1, 720) }];
  const steps = what === 'built' ? ['build', 'publish'] : ['build', 'publish', 'recordFailure'];
  return [...steps.map((name) => ({ function: name, match, ...around(at, 20, 20) })), ...run];
};

/** In the order of the steps, each once. */
export const logQueries = (steps: readonly Step[]): LogQuery[] => {
  const seen = new Map(
    steps.flatMap(queriesOf).map((query) => [JSON.stringify([query.function, query.match]), query]),
  );
  return [...seen.values()];
};

const logName = (stage: string, { function: name }: LogQuery): string => `headrace-${stage}-${name}`;

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The command that shows the lines of a deployed stage: a scan of minutes, which costs nothing. */
export const awsCommand = (stage: string, query: LogQuery): string => {
  const terms = Object.entries(query.match).map(([name, value]) => `$.${name} = ${JSON.stringify(value)}`);
  return [
    `aws logs filter-log-events --log-group-name /aws/lambda/${logName(stage, query)}`,
    `--start-time ${Date.parse(query.from)} --end-time ${Date.parse(query.to)}`,
    `--filter-pattern ${quoted(`{ ${terms.join(' && ')} }`)} --query 'events[].message' --output text`,
  ].join(' ');
};

/** The same lines of an emulator, out of its log file and the one before it. */
export const localLines = (dataDir: string, stage: string, query: LogQuery): string[] => {
  const path = join(dataDir, 'logs', `${logName(stage, query)}.log`);
  const files = [`${path}.1`, path].filter((file) => existsSync(file));
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const wanted = Object.entries(query.match);
  return lines.filter((line) => {
    const value = parseJson(line)?.value;
    return isObject(value) && wanted.every(([name, text]) => value[name] === text);
  });
};
