import { nameOf, nameParts, notSupported, parseStatement, sourceText, T, TrinoError } from 'headrace-trino';
import { createTableAs, insertInto } from './dml.ts';
import { explain } from './explain.ts';
import { findHiveStatement } from './hiveStatements.ts';
import { runSelect } from './select.ts';
import { NOTHING, type Statement } from './session.ts';
import { runUnload } from './unload.ts';
import { createView, dropTable, dropView } from './views.ts';

const comments = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;

export const withoutComments = (sql: string): string => sql.replace(comments, '').replace(/[\s;]+$/, '');

const prepare = (node: InstanceType<typeof T.PrepareContext>): Statement => ({
  type: 'UTILITY',
  kind: 'PREPARE',
  run: async (session) => {
    session.prepared.set(nameOf(node.identifier()).toLowerCase(), sourceText(node.statement()));
    return NOTHING;
  },
});

const execute = (node: InstanceType<typeof T.ExecuteContext>): Statement => ({
  type: 'DML',
  kind: 'EXECUTE',
  run: async (session) => {
    const name = nameOf(node.identifier()).toLowerCase();
    const sql = session.prepared.get(name);
    if (sql === undefined) throw new TrinoError('SYNTAX_ERROR', `Prepared statement not found: ${name}`);
    const given = node.expression().map((expression) => sourceText(expression));
    return readStatement(sql).run({ ...session, parameters: [...given, ...session.parameters] });
  },
});

const deallocate = (node: InstanceType<typeof T.DeallocateContext>): Statement => ({
  type: 'UTILITY',
  kind: 'DEALLOCATE',
  run: async (session) => {
    session.prepared.drop(nameOf(node.identifier()).toLowerCase());
    return NOTHING;
  },
});

const trinoStatement = (sql: string): Statement => {
  const node = parseStatement(sql);
  if (node instanceof T.StatementDefaultContext) {
    return { type: 'DML', kind: 'SELECT', run: (session) => runSelect(node.rootQuery().query(), session) };
  }
  if (node instanceof T.CreateTableAsSelectContext) {
    return { type: 'DDL', kind: 'CREATE_TABLE_AS_SELECT', run: (session) => createTableAs(node, session) };
  }
  if (node instanceof T.InsertIntoContext)
    return { type: 'DML', kind: 'INSERT', run: (session) => insertInto(node, session) };
  if (node instanceof T.CreateViewContext)
    return { type: 'DDL', kind: 'CREATE_VIEW', run: (session) => createView(node, session) };
  if (node instanceof T.DropViewContext)
    return { type: 'DDL', kind: 'DROP_VIEW', run: (session) => dropView(node, session) };
  if (node instanceof T.DropTableContext) {
    const parts = nameParts(node.tableRef());
    return {
      type: 'DDL',
      kind: 'DROP_TABLE',
      run: (session) => dropTable(parts, node.KW_EXISTS() !== null, session),
    };
  }
  if (node instanceof T.PrepareContext) return prepare(node);
  if (node instanceof T.ExecuteContext) return execute(node);
  if (node instanceof T.DeallocateContext) return deallocate(node);
  if (node instanceof T.ExplainContext) {
    const inner = node.statement();
    return { type: 'UTILITY', kind: 'EXPLAIN', run: (session) => explain(inner, session) };
  }
  throw notSupported(`this statement (${sql.slice(0, 40).split(/\s+/).slice(0, 2).join(' ').toUpperCase()})`);
};

/** What a statement is, before it runs. Throws TrinoError for what no grammar of Athena's takes. */
export const readStatement = (written: string): Statement => {
  const sql = withoutComments(written);
  if (/^UNLOAD\b/i.test(sql))
    return { type: 'DML', kind: 'UNLOAD', run: (session) => runUnload(sql, session) };
  return findHiveStatement(sql) ?? trinoStatement(sql);
};
