import { join } from 'node:path';

/** Where functions, delivery streams and databases log, in a data folder. */
export const logFolder = (dataDir: string): string => join(dataDir, 'logs');

/** Of a function or a database. */
export const logFileOf = (name: string): string => `${name}.log`;

/** Of what else writes to a log group: the last part of the group's name. */
export const groupFileOf = (group: string): string => logFileOf(group.split('/').at(-1) ?? group);
