import { compileEventsOf } from './events/compile.ts';
import { projectFolder } from './folder.ts';
import { readQueries } from './queries/read.ts';
import { compileWindowsOf } from './windows/compile.ts';

/**
 * What the import `#project` means everywhere but in a bundle: the files of events/ and queries/, compiled as soon as
 * they are asked for. A bundle holds the same values as plain data (scripts/bundledProject.ts), so that no function
 * parses or reads a file of them. Only plain values may be exported here: they become JSON.
 */
const folder = projectFolder();

/** a row they find fails the run; its first column says what is wrong with it */
export const checks = readQueries(folder, 'checks');
/** rows they find stand in its report */
export const warnings = readQueries(folder, 'warnings');
/** only the SELECT, with dt as its last column */
export const marts = readQueries(folder, 'marts');

const events = compileEventsOf(folder);

/** in the order in which a build tries them */
export const eventTypes = events.eventTypes;
/** in the order of the table */
export const columns = events.columns;

/** what is counted of the stream */
export const windows = compileWindowsOf(folder, events);
