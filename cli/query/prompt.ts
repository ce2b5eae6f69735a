import { createInterface, type Interface } from 'node:readline/promises';
import type { StageAccess } from '../../client/access.ts';
import { answerQuery } from '../../client/athena.ts';
import { messageOf, nextStepAfter } from '../../client/failure.ts';
import { askedBefore } from '../../client/queryHistory.ts';
import { findTable, listTables } from '../../client/tableMetadata.ts';
import type { Screen } from '../screen.ts';
import { COMMANDS, completerFor } from './complete.ts';
import { showHistory } from './history.ts';
import { showAnswer } from './show.ts';
import { showColumns, showTables } from './tables.ts';

/** A terminal to talk with, or in tests two streams. */
interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  terminal: boolean;
}

const HELP = `  SELECT … ;        runs when a line ends with a semicolon
  tables            the tables and views
  describe NAME     the columns of one
  history           the last queries of this stage
  exit              or Ctrl-D
  Tab completes names, the arrow keys bring back earlier queries, Ctrl-C stops the query that runs.`;

const REMEMBERED = 50;

const ENDS = ['exit', 'quit'];

interface Talk {
  access: StageAccess;
  screen: Screen;
  rows: number;
}

/** The commands of the prompt that are not SQL. Undefined for what is SQL. */
const commandOf = (line: string): { name: string; argument: string } | undefined => {
  const [, name = '', argument = ''] = /^[.\\]?(\w+)\s*([\w.]*)\s*;?$/.exec(line.trim()) ?? [];
  return [...COMMANDS, ...ENDS].includes(name.toLowerCase())
    ? { name: name.toLowerCase(), argument }
    : undefined;
};

const runCommand = async (
  { access, screen }: Talk,
  { name, argument }: { name: string; argument: string },
): Promise<void> => {
  if (name === 'help') return screen.say(HELP);
  if (name === 'history') return showHistory(screen, await askedBefore(access, 20));
  const tables = await listTables(access);
  if (name === 'describe' && argument !== '') showColumns(screen, findTable(tables, argument));
  else showTables(screen, tables);
};

/** Ctrl-C at a query stops the query, not the prompt. */
const runStatement = async (
  { access, screen, rows }: Talk,
  lines: Interface,
  sql: string | undefined,
): Promise<void> => {
  if (sql === undefined) return;
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new Error('The query was stopped.'));
  lines.on('SIGINT', onInterrupt);
  try {
    await showAnswer(screen, await answerQuery(access, sql, { signal: stop.signal }), rows);
  } finally {
    lines.off('SIGINT', onInterrupt);
  }
};

/** Whatever goes wrong with one question must not end the talk. */
const forgiving = async (screen: Screen, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    screen.warn(messageOf(error));
    const next = nextStepAfter(error);
    if (next !== undefined) screen.say(next);
  }
};

/** Asks for statements and answers them until `exit` or the end of the input. */
export const talk = async (about: Talk, { input, output, terminal }: Terminal): Promise<void> => {
  const [tables, asked] = await Promise.all([
    listTables(about.access),
    askedBefore(about.access, REMEMBERED),
  ]);
  const history = [...new Set(asked.map(({ sql }) => `${sql.replaceAll(/\s+/g, ' ')};`))];
  const lines = createInterface({ input, output, terminal, history, completer: completerFor(tables) });
  about.screen.say(`${tables.length} tables and views. SQL ends with a semicolon; help lists the rest.`);
  const statement = createStatement();
  // Input that comes through a pipe ends while the last answers are still on their way.
  let open = true;
  lines.once('close', () => {
    open = false;
  });
  const ask = () => {
    lines.setPrompt(statement.begun() ? '      ...> ' : 'headrace> ');
    if (open) lines.prompt();
  };
  lines.on('SIGINT', () => {
    statement.drop();
    ask();
  });
  ask();
  for await (const line of lines) {
    const command = statement.begun() ? undefined : commandOf(line);
    if (command && ENDS.includes(command.name)) break;
    await forgiving(about.screen, () =>
      command ? runCommand(about, command) : runStatement(about, lines, statement.add(line)),
    );
    ask();
  }
  lines.close();
};

/** A statement comes line by line, until one ends with a semicolon. */
const createStatement = () => {
  let text = '';
  return {
    begun: (): boolean => text !== '',
    drop: (): void => {
      text = '';
    },
    /** The statement that this line ends; undefined when it goes on, or when there is none. */
    add: (line: string): string | undefined => {
      text = `${text}${line}\n`.replace(/^\s+/, '');
      if (!/;\s*$/.test(text)) return undefined;
      const whole = text.replace(/(?:\s*;)+\s*$/, '');
      text = '';
      return whole === '' ? undefined : whole;
    },
  };
};
