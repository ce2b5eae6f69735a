import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CliError, messageOf } from '../../client/failure.ts';
import { projectFolder } from '../../compiler/folder.ts';
import type { Invocation } from '../command.ts';

const MORE = 'headrace query --help tells more.';

/** From the caller's folder on, or from the project's: `queries/checks/mine.sql`, as `new` and the docs call it. */
const whereIs = (path: string): string => {
  const own = join(projectFolder(), path);
  return !existsSync(path) && existsSync(own) ? own : path;
};

const fileText = (path: string): string => {
  try {
    return readFileSync(whereIs(path), 'utf8');
  } catch (cause) {
    throw new CliError(`--file: ${path} cannot be read: ${messageOf(cause)}`, undefined, { cause });
  }
};

/** Athena takes one statement and no semicolon after some of them; files mostly end with one. */
const withoutEnd = (sql: string): string => sql.trim().replace(/(?:\s*;)+$/, '');

/**
 * The statement that is asked for: an argument, a file, or what comes in on standard input. Undefined when none is
 * given and a person sits at the terminal: then it is asked for. Throws CliError when there are two or it is empty.
 */
export const statementOf = async ({ positionals, option }: Invocation): Promise<string | undefined> => {
  const file = option('file');
  const given = [...positionals, ...(file === undefined ? [] : [file])];
  if (given.length > 1) throw new CliError('query takes one SQL statement, in quotes, or one --file.', MORE);
  const piped = positionals[0] === '-' || file === '-' || given.length === 0;
  if (given.length === 0 && process.stdin.isTTY) return undefined;
  const sql = withoutEnd(piped ? await text(process.stdin) : (positionals[0] ?? fileText(file ?? '')));
  if (sql !== '') return sql;
  throw new CliError('query got no SQL: the statement is empty.', MORE);
};
