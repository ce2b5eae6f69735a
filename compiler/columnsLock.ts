import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompiledEvents, compileEventsOf } from './events/compile.ts';
import { LOCK } from './events/lock.ts';
import { ProjectError } from './faults.ts';

/**
 * Adds new columns to the end of events/columns.lock.json; returns their names. Only what packages or checks a project
 * does so, never what merely reads it. A build server would throw the file away and have another order the next time,
 * so there (`mayWrite` is false) a lock that lacks something is a ProjectError.
 */
export const keepColumnsLock = (project: string, mayWrite: boolean): string[] =>
  keepLockOf(compileEventsOf(project), project, mayWrite);

/** The same for events that are compiled already. */
export const keepLockOf = (
  { newLock }: Pick<CompiledEvents, 'newLock'>,
  project: string,
  mayWrite: boolean,
): string[] => {
  if (newLock === undefined) return [];
  if (!mayWrite) throw new ProjectError([{ file: LOCK, says: outOfDate(newLock.added) }]);
  const path = join(project, LOCK);
  writeFileSync(`${path}.new`, newLock.text);
  renameSync(`${path}.new`, path);
  return newLock.added;
};

const outOfDate = (added: readonly string[]): string => {
  const lacks =
    added.length === 0 ? 'lists other event types than there are' : `does not have ${added.join(', ')} yet`;
  return `${lacks}. Run "npm run package" on your machine and commit this file.`;
};

/** Whether this is a build server, as all of them say it. */
export const isBuildServer = ({ CI = '' }: NodeJS.ProcessEnv): boolean => !['', '0', 'false'].includes(CI);
