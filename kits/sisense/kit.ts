import { boardsOf, withTables } from '../charts.ts';
import { fileName, type KitFile } from '../file.ts';
import type { Place } from '../place.ts';
import { type Days, orderedSql } from '../sql.ts';
import { kitTables } from '../tables.ts';

/** The dashboard's filter of days. `no_tz`: days are days already, and must not be moved by the site's time zone. */
const dateRange: Days = (column) => `[CAST(${column} AS timestamp)=daterange_no_tz]`;

const LOOKS = { number: 'Number Overview', line: 'Line', bar: 'Bar', pie: 'Pie', table: 'Table' } as const;

/** A file a chart, in a folder a dashboard: what its SQL editor takes. */
export const sisenseKit = ({ database }: Place, project: string): KitFile[] => {
  const tables = kitTables();
  return boardsOf(tables, project).flatMap((board) =>
    board.sections.flatMap(({ title, charts }) =>
      withTables(charts, tables).map(({ chart, table }) => ({
        path: `${board.slug}/${fileName(chart.name)}.sql`,
        content: [
          `-- ${chart.name}`,
          `-- Dashboard: ${board.title}. Section: ${title}. Chart: ${LOOKS[chart.look]}. Database: ${database}`,
          `${orderedSql(chart, table, dateRange)}\n`,
        ].join('\n'),
      })),
    ),
  );
};
