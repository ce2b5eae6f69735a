import type { JsonService } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { eventActions } from './actions/events.ts';
import { groupActions } from './actions/groups.ts';
import type { Action, Core } from './core.ts';
import { logFolder } from './files.ts';
import { type LogGroup, LogStore } from './store.ts';

/** CloudWatch Logs: what reads the log files of the data folder. */
export interface Logs extends JsonService {
  /** Tells of a log group, or more of one. */
  deploy(group: LogGroup): void;
}

export const logsActions: Readonly<Record<string, Action>> = { ...groupActions, ...eventActions };

/** CloudWatch Logs over the log files of a data folder. */
export const openLogs = (dataDir: string): Logs => {
  const core: Core = { store: new LogStore(logFolder(dataDir)) };
  return {
    name: 'logs',
    targetPrefix: 'Logs_20140328',
    jsonVersion: '1.1',
    call: async (action, input) => findAction('Logs', logsActions, action)(core, input),
    deploy: (group) => core.store.put(group),
  };
};
