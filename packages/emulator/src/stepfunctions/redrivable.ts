import { mapRunIn } from 'headrace-asl';
import type { Core } from './core.ts';
import type { ExecutionRow } from './types.ts';

const DAY_MS = 86_400_000;
const redrivableMs = 14 * DAY_MS;
const longestMs = 365 * DAY_MS;

/** "less than 24,999 events", so that the event of the redrive and one more find room. */
const mostEvents = 24_998;

/** Why an execution cannot be redriven: AWS's reasons, and those of the emulator. Undefined when it can. */
export const notRedrivable = (core: Core, execution: ExecutionRow): string | undefined => {
  const { id, status, startMs, stopMs, machineArn, revision } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (core.machines.atRevision(machineArn, revision) === undefined)
    return 'State machine is in DELETING status';
  if (core.now() - (stopMs ?? 0) > redrivableMs) return 'Execution redrivable period exceeded';
  if (core.now() - startMs > longestMs) return 'Execution has exceeded the max execution time';
  if (core.journal.lastId(id) > mostEvents) return 'Execution history event limit exceeded';
  const { standing: stood } = core.redrives.of(execution);
  if (stood === undefined)
    return 'Emulator: where the execution stood is not known, because its process was killed, or was of an older version';
  const mapRun = mapRunIn(stood);
  return mapRun && `Emulator: the Map Run of the state '${mapRun}' cannot be redriven`;
};
