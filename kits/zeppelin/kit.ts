import { boardsOf } from '../charts.ts';
import type { KitFile } from '../file.ts';
import type { Place } from '../place.ts';
import { connectPython, pythonText } from '../python.ts';
import { daysBack, orderedSql } from '../sql.ts';
import { kitTables } from '../tables.ts';
import { interpreterOf } from './interpreter.ts';
import { type Dialect, noteOf } from './note.ts';

/** A form of Zeppelin: a field with 6 in it, over the answer. */
const inSql = daysBack(`\${days=6}`);
/** What Python puts the value of such a field in the place of. */
const inPython = daysBack('{days}');

const jdbc: Dialect = {
  name: 'sql',
  language: 'sql',
  before: [],
  asked: (chart, table) => `%athena\n${orderedSql(chart, table, inSql)}`,
};

const python = (place: Place): Dialect => ({
  name: 'python',
  language: 'python',
  before: [`%python\n${connectPython(place)}`],
  asked: (chart, table) => {
    const sql = pythonText(orderedSql(chart, table, inPython));
    return chart.day === undefined
      ? `%python\nz.show(ask(${sql}))`
      : `%python\ndays = str(int(z.input("days", "6")))\nz.show(ask(${sql}.replace("{days}", days)))`;
  },
});

const json = (path: string, value: unknown): KitFile => ({
  path,
  content: `${JSON.stringify(value, null, 2)}\n`,
});

/** Notes for the JDBC interpreter with its setting, and the same notes for Python, which needs no driver of Java. */
export const zeppelinKit = (place: Place, project: string): KitFile[] => {
  const tables = kitTables();
  const notes = [jdbc, python(place)].flatMap((dialect) =>
    boardsOf(tables, project).map((board) => {
      const note = noteOf(board, tables, place, dialect);
      return json(`${dialect.name}/${board.slug}_${note.id}.zpln`, note);
    }),
  );
  return [...notes, json('interpreter-athena.json', interpreterOf(place))];
};
