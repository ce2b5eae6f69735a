import { tableOf } from './alterTable.ts';
import { viewOf } from './definitions.ts';
import { QueryError } from './failure.ts';
import type { GlueTable } from './glueShapes.ts';
import { NAME, partsOf } from './hiveNames.ts';
import { textColumn } from './resultSet.ts';
import type { Outcome, Session } from './session.ts';

type Run = (session: Session) => Promise<Outcome>;

const lines = (column: string, texts: readonly string[]): Outcome => ({
  columns: [textColumn(column)],
  rows: texts.map((text) => [text]),
  tabular: false,
});

/** Hive's pattern of SHOW: `*` for any text, `|` between choices. */
const like = (pattern: string | undefined): ((name: string) => boolean) => {
  if (pattern === undefined) return () => true;
  const regex = new RegExp(`^(?:${pattern.slice(1, -1).replaceAll('%', '*').replaceAll('*', '.*')})$`, 'i');
  return (name) => regex.test(name);
};

const tables =
  (database: string | undefined, pattern: string | undefined, wanted: (table: GlueTable) => boolean): Run =>
  async (session) => {
    const name = database ? (partsOf(database).at(-1) ?? '') : session.database;
    if (!(await session.catalog.hasDatabase(name)))
      throw new QueryError('FAILED', `SemanticException [Error 10072]: Database does not exist: ${name}`);
    const found = (await session.catalog.tables(name)).filter(wanted).map((table) => table.Name);
    return lines('tab_name', found.filter(like(pattern)).sort());
  };

const pad = (text: string): string => text.padEnd(20);

const described = (table: GlueTable): string[] => {
  const line = (c: { Name: string; Type: string; Comment?: string | undefined }): string =>
    `${pad(c.Name)}\t${pad(c.Type)}\t${pad(c.Comment ?? '')}`;
  const columns = [...table.StorageDescriptor.Columns, ...table.PartitionKeys].map(line);
  if (table.PartitionKeys.length === 0) return columns;
  const heading = `# ${'col_name'.padEnd(24)}\t${'data_type'.padEnd(20)}\t${'comment'.padEnd(20)}`;
  return [
    ...columns,
    '\t \t ',
    '# Partition Information\t \t ',
    heading,
    '\t \t ',
    ...table.PartitionKeys.map(line),
  ];
};

const literal = (text: string): string => {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\t', '\\t');
  const shown = [...escaped].map((c) =>
    c < ' ' ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c,
  );
  return `'${shown.join('')}'`;
};

const pairs = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `  ${literal(key)}=${literal(value)}`)
    .join(', \n');

const createStatement = (table: GlueTable): string[] => {
  const list = (columns: GlueTable['PartitionKeys']): string =>
    columns
      .map((c) => `  \`${c.Name}\` ${c.Type}${c.Comment ? ` COMMENT ${literal(c.Comment)}` : ''}`)
      .join(', \n');
  const { Columns, SerdeInfo, InputFormat, OutputFormat, Location } = table.StorageDescriptor;
  const output =
    OutputFormat ||
    (/parquet/i.test(InputFormat)
      ? 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
      : 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat');
  const text = [
    `CREATE EXTERNAL TABLE \`${table.DatabaseName}.${table.Name}\`(\n${list(Columns)})`,
    ...(table.PartitionKeys.length > 0 ? [`PARTITIONED BY ( \n${list(table.PartitionKeys)})`] : []),
    `ROW FORMAT SERDE \n  ${literal(SerdeInfo.SerializationLibrary)} `,
    ...(Object.keys(SerdeInfo.Parameters).length > 0
      ? [`WITH SERDEPROPERTIES ( \n${pairs(SerdeInfo.Parameters)}) `]
      : []),
    `STORED AS INPUTFORMAT \n  ${literal(InputFormat)} \nOUTPUTFORMAT \n  ${literal(output)}`,
    `LOCATION\n  ${literal(Location)}`,
    `TBLPROPERTIES (\n${pairs(table.Parameters)})`,
  ];
  return text.join('\n').split('\n');
};

const ofTable =
  (
    column: string,
    name: string,
    read: (table: GlueTable, session: Session) => string[] | Promise<string[]>,
  ): Run =>
  async (session) =>
    lines(column, await read(await tableOf(name, session), session));

const partitionLines = async (table: GlueTable, session: Session): Promise<string[]> => {
  if (table.PartitionKeys.length === 0)
    throw new QueryError(
      'FAILED',
      `SemanticException [Error 10241]: Table ${table.Name} is not a partitioned table`,
    );
  const found = await session.catalog.partitions(table.DatabaseName, table.Name);
  return found
    .map(({ Values }) => table.PartitionKeys.map((key, i) => `${key.Name}=${Values[i]}`).join('/'))
    .sort();
};

const propertyLines = ({ Name, Parameters }: GlueTable, wanted: string | undefined): string[] => {
  if (wanted === undefined) return Object.entries(Parameters).map(([name, value]) => `${name}\t${value}`);
  const name = wanted.slice(1, -1);
  return [Parameters[name] ?? `Table ${Name} does not have property: ${name}`];
};

const createdView = (table: GlueTable): string[] => {
  const view = viewOf(table);
  if (!view) throw new QueryError('NOT_SUPPORTED', `${table.Name} is not a view`);
  return `CREATE VIEW "${table.DatabaseName}"."${table.Name}" AS \n${view.sql}`.split('\n');
};

const string = '(\'[^\']*\'|"[^"]*")';
const forms: readonly [string, RegExp, (found: RegExpExecArray) => Run][] = [
  [
    'SHOW_TABLES',
    new RegExp(`^SHOW\\s+TABLES(?:\\s+(?:IN|FROM)\\s+${NAME})?(?:\\s+(?:LIKE\\s+)?${string})?$`, 'i'),
    (f) => tables(f[1], f[2], () => true),
  ],
  [
    'SHOW_VIEWS',
    new RegExp(`^SHOW\\s+VIEWS(?:\\s+(?:IN|FROM)\\s+${NAME})?(?:\\s+LIKE\\s+${string})?$`, 'i'),
    (f) => tables(f[1], f[2], (t) => viewOf(t) !== undefined),
  ],
  [
    'SHOW_DATABASES',
    new RegExp(`^SHOW\\s+(?:DATABASES|SCHEMAS)(?:\\s+LIKE\\s+${string})?$`, 'i'),
    (f) => async (session) =>
      lines(
        'database_name',
        (await session.catalog.databases())
          .map((d) => d.Name)
          .filter(like(f[1]))
          .sort(),
      ),
  ],
  [
    'SHOW_PARTITIONS',
    new RegExp(`^SHOW\\s+PARTITIONS\\s+${NAME}$`, 'i'),
    (f) => ofTable('partition', f[1] ?? '', partitionLines),
  ],
  [
    'SHOW_COLUMNS',
    new RegExp(`^SHOW\\s+COLUMNS\\s+(?:IN|FROM)\\s+${NAME}(?:\\s+(?:IN|FROM)\\s+(\\w+))?$`, 'i'),
    (f) =>
      ofTable('field', f[2] ? `${f[2]}.${f[1]}` : (f[1] ?? ''), (t) =>
        [...t.StorageDescriptor.Columns, ...t.PartitionKeys].map((c) => pad(c.Name)),
      ),
  ],
  [
    'SHOW_CREATE_TABLE',
    new RegExp(`^SHOW\\s+CREATE\\s+TABLE\\s+${NAME}$`, 'i'),
    (f) => ofTable('createtab_stmt', f[1] ?? '', createStatement),
  ],
  [
    'SHOW_CREATE_VIEW',
    new RegExp(`^SHOW\\s+CREATE\\s+VIEW\\s+${NAME}$`, 'i'),
    (f) => ofTable('Create View', f[1] ?? '', createdView),
  ],
  [
    'DESCRIBE',
    new RegExp(`^(?:DESCRIBE|DESC)\\s+(?:(?:TABLE|VIEW)\\s+)?${NAME}$`, 'i'),
    // One text a row, its parts apart by tabs; clients split it by the names of the columns.
    (f) => async (session) => ({
      ...(await ofTable('col_name', f[1] ?? '', described)(session)),
      columns: ['col_name', 'data_type', 'comment'].map(textColumn),
    }),
  ],
  [
    'SHOW_TBLPROPERTIES',
    new RegExp(`^SHOW\\s+TBLPROPERTIES\\s+${NAME}(?:\\s*\\(\\s*${string}\\s*\\))?$`, 'i'),
    (f) => ofTable('prpt_name', f[1] ?? '', (table) => propertyLines(table, f[2])),
  ],
];

/** SHOW … and DESCRIBE; undefined for the forms that do not run. */
export const readShow = (sql: string): { kind: string; run: Run } | undefined => {
  for (const [kind, regex, build] of forms) {
    const found = regex.exec(sql);
    if (found) return { kind, run: build(found) };
  }
  return undefined;
};
