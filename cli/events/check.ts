import { counted } from '../../client/format.ts';
import { isBuildServer, keepLockOf } from '../../compiler/columnsLock.ts';
import { compileEventsOf } from '../../compiler/events/compile.ts';
import { LOCK, readLock } from '../../compiler/events/lock.ts';
import { faultsIn, faultText } from '../../compiler/faults.ts';
import { projectFolder } from '../../compiler/folder.ts';
import type { EventType } from '../../src/events/eventType.ts';
import type { Invocation, Outcome } from '../command.ts';

interface Checked {
  eventTypes: { name: string; view: string; columns: number }[];
  columns: number;
  /** columns that went into the lock */
  added: string[];
  /** event types that the lock had not */
  newTypes: string[];
  /** whether the lock was written */
  lockWritten: boolean;
}

const checked = (project: string, mayWrite: boolean): Checked => {
  const events = compileEventsOf(project);
  const { eventTypes, columns, newLock } = events;
  const { lock } = readLock(project, []);
  const added = keepLockOf(events, project, mayWrite);
  return {
    eventTypes: eventTypes.map((type) => ({
      name: type.name,
      view: type.view,
      columns: Object.keys(type.columns).length,
    })),
    columns: columns.length,
    added,
    newTypes: namesOf(eventTypes).filter((view) => !lock.eventTypes.includes(view)),
    lockWritten: newLock !== undefined,
  };
};

const namesOf = (types: readonly EventType[]): string[] => types.map(({ view }) => view);

/** `headrace events check`: what is wrong is the answer of this command, not a failure of it. */
export const check = async ({ flag, screen }: Invocation): Promise<Outcome> => {
  const mayWrite = !flag('frozen') && !isBuildServer(process.env);
  const project = projectFolder();
  try {
    const found = checked(project, mayWrite);
    show(found, screen);
    return { ok: true, document: { ...found, faults: [] } };
  } catch (error) {
    const faults = faultsIn(error);
    for (const fault of faults) screen.say(faultText(fault));
    screen.warn(`${counted(faults.length, 'fault')} in events/.`);
    return { ok: false, document: { faults } };
  }
};

const show = (found: Checked, screen: Invocation['screen']): void => {
  screen.table(
    ['event', 'view', 'columns'],
    found.eventTypes.map(({ name, view, columns }) => [name, view, String(columns)]),
  );
  screen.say(
    `events/ is right: ${counted(found.eventTypes.length, 'event type')}, ${counted(found.columns, 'column')}.`,
  );
  if (found.newTypes.length > 0) screen.say(`New event types: ${found.newTypes.join(', ')}.`);
  if (found.added.length > 0) screen.say(`New columns: ${found.added.join(', ')}.`);
  if (found.lockWritten) screen.say(`${LOCK} is written anew. Commit it with your files.`);
};
