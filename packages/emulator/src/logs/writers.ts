import type { FunctionSpec } from '../lambda/functionSpec.ts';
import type { EmulatorServices } from '../services.ts';
import { groupFileOf, logFileOf } from './files.ts';

/** Tells CloudWatch Logs what writes to which log group. */
export const connectWriters = (
  functions: readonly FunctionSpec[],
  { logs, firehose }: Pick<EmulatorServices, 'logs' | 'firehose'>,
): void => {
  for (const { name } of functions)
    logs.deploy({ name: `/aws/lambda/${name}`, stream: { name, file: logFileOf(name) } });
  for (const { log } of firehose.specs())
    if (log) logs.deploy({ name: log.group, stream: { name: log.stream, file: groupFileOf(log.group) } });
};
