import { type Node, parseStatement, positionOf, T } from '../grammar/grammar.ts';
import { nameOf, nameParts } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { compare, condition } from './operators.ts';
import { prune } from './pruning.ts';
import { checkAliases, relationOf, type Source, unnestBeside } from './relations.ts';
import {
  type Column,
  freshName,
  PATH_COLUMN,
  type Query,
  type Relation,
  resolve,
  type Scan,
  type Scope,
  type TableDefinition,
} from './scope.ts';
import { unnest } from './unnest.ts';

/** The FROM clause: ` FROM …`, and what stands in it. */
export const from = (nodes: readonly Node[], scope: Scope): Source => {
  const [first, ...rest] = nodes;
  if (!first) return { sql: '', relations: [] };
  let source = relation(first, scope);
  for (const node of rest) source = crossJoin(source, relation(node, lateral(scope, source)), scope);
  return { sql: ` FROM ${source.sql}`, relations: source.relations };
};

const crossJoin = (left: Source, right: Source, scope: Scope): Source =>
  right.unnested
    ? unnestBeside(left, right, false, scope.statement)
    : {
        sql: `${left.sql} CROSS JOIN ${right.sql}`,
        relations: [...left.relations, ...right.relations],
      };

/** What UNNEST and LATERAL on the right of a join see: the relations on its left. */
const lateral = (scope: Scope, left: Source): Scope => ({ ...scope, relations: left.relations });

const relation = (node: Node, scope: Scope): Source => {
  if (node instanceof T.JoinRelationContext) return join(node, scope);
  if (!(node instanceof T.RelationDefaultContext)) throw notSupported('this relation', positionOf(node));
  return sampled(node.sampledRelation(), scope);
};

const sampled = (node: InstanceType<typeof T.SampledRelationContext>, scope: Scope): Source => {
  if (node.KW_TABLESAMPLE()) throw notSupported('TABLESAMPLE', positionOf(node));
  const pattern = node.patternRecognition();
  if (pattern.KW_MATCH_RECOGNIZE()) throw notSupported('MATCH_RECOGNIZE', positionOf(node));
  return aliased(pattern.aliasedRelation(), scope);
};

const aliased = (node: InstanceType<typeof T.AliasedRelationContext>, scope: Scope): Source => {
  const source = primary(node.relationPrimary(), scope, node.columnAliases()?.identifier().length);
  const alias = node.identifier();
  const [only, more] = source.relations;
  if (!alias || !only || more) return source;
  const names = node.columnAliases()?.identifier().map(nameOf);
  checkAliases(names, only.columns.filter(({ hidden }) => !hidden).length, node);
  const columns = only.columns.map((column, i) => ({
    ...column,
    name: (names?.[i] ?? column.name).toLowerCase(),
  }));
  return { ...source, relations: [{ name: [nameOf(alias).toLowerCase()], columns }] };
};

const primary = (node: Node, scope: Scope, names?: number): Source => {
  if (node instanceof T.TableNameContext) return table(node, scope);
  if (node instanceof T.ParenthesizedRelationContext) {
    const inner = relation(node.relation(), scope);
    return { ...inner, sql: `(${inner.sql})` };
  }
  if (!(node instanceof T.ExpressionSourceTableContext))
    throw notSupported('this relation', positionOf(node));
  const source = node.relationSourceTable();
  if (source instanceof T.UnnestContext) return unnest(source, scope, names);
  if (source instanceof T.SubqueryRelationContext) {
    return derived(
      scope.statement.query(source.query(), { ...scope, relations: [], outer: scope.outer }),
      scope,
      [],
    );
  }
  if (source instanceof T.LateralContext) {
    const query = scope.statement.query(source.query(), { ...scope, relations: [], outer: scope });
    const inner = derived(query, scope, []);
    return { ...inner, sql: `LATERAL ${inner.sql}` };
  }
  throw notSupported('a table function', positionOf(node));
};

const derived = (query: Query, scope: Scope, name: readonly string[]): Source => {
  const alias = freshName(scope.statement, 'r');
  return { sql: `(${query.sql}) AS ${alias}`, relations: [relationOf(query, alias, name)] };
};

const table = (node: InstanceType<typeof T.TableNameContext>, scope: Scope): Source => {
  if (node.queryPeriod()) throw notSupported('FOR TIMESTAMP AS OF', positionOf(node));
  const parts = nameParts(node.tableOrViewName());
  const plain = parts.map((part) => part.toLowerCase());
  const named = plain.length === 1 ? scope.queries.get(plain[0] ?? '') : undefined;
  if (named) {
    const alias = freshName(scope.statement, 'r');
    const columns = named.columns.map((column, i) => ({ ...column, sql: `${alias}.c${i}` }));
    return { sql: `${named.name[0]} AS ${alias}`, relations: [{ name: plain, columns }] };
  }
  const definition = scope.statement.table(plain, scope.database, positionOf(node));
  const name = [definition.database, definition.name];
  if (definition.view) return view(definition, name, scope, node);
  return scan(definition, name, scope);
};

const view = (definition: TableDefinition, name: readonly string[], scope: Scope, node: Node): Source => {
  const { sql, database } = definition.view ?? { sql: '', database: '' };
  const query = viewQuery(sql, {
    ...scope,
    database,
    relations: [],
    outer: undefined,
    queries: new Map(),
    variables: new Map(),
  });
  if (query.columns.length !== definition.columns.length) {
    throw new TrinoError(
      'NOT_SUPPORTED',
      `View '${name.join('.')}' is stale or in invalid state: column count differs`,
      positionOf(node),
    );
  }
  const columns = query.columns.map((column, i) => ({
    ...column,
    name: definition.columns[i]?.name ?? column.name,
  }));
  return derived({ ...query, columns }, scope, name);
};

const viewQuery = (sql: string, scope: Scope): Query => {
  const statement = parseStatement(sql);
  if (!(statement instanceof T.StatementDefaultContext)) throw notSupported('a view that is not a query');
  return scope.statement.query(statement.rootQuery().query(), scope);
};

const scan = (definition: TableDefinition, name: readonly string[], scope: Scope): Source => {
  const id = `scan_${scope.statement.scans.length}`;
  const scanned: Scan = { id, table: definition, used: new Set(), predicates: [] };
  scope.statement.scans.push(scanned);
  const columns: Column[] = definition.columns.map((column) => {
    const stored = { scan: scanned, column: column.name };
    const partition = column.partition ? { origins: [stored] } : {};
    return {
      name: column.name.toLowerCase(),
      type: column.type,
      sql: `${id}.${types.quoted(column.name)}`,
      needs: [stored],
      ...partition,
    };
  });
  const path = definition.database === 'information_schema' ? [] : [pathOf(scanned)];
  return { sql: id, relations: [{ name, columns: [...columns, ...path] }] };
};

const pathOf = (scanned: Scan): Column => ({
  name: PATH_COLUMN,
  type: types.VARCHAR,
  sql: `${scanned.id}.${types.quoted(PATH_COLUMN)}`,
  needs: [{ scan: scanned, column: PATH_COLUMN }],
  hidden: true,
});

const nullable = (source: Source): Source => ({
  ...source,
  relations: source.relations.map((r) => ({
    ...r,
    // rows without a partner have NULL there, so a predicate on it says nothing about partitions
    columns: r.columns.map((column) => ({ ...column, origins: undefined })),
  })),
});

const join = (node: InstanceType<typeof T.JoinRelationContext>, scope: Scope): Source => {
  if (node.KW_NATURAL()) throw notSupported('NATURAL JOIN', positionOf(node));
  const [leftNode, rightNode] = node.relation();
  const written = relation(leftNode as Node, scope); // the grammar has a relation on the left of every join
  const sampledRight = node.sampledRelation();
  const inner = lateral(scope, written);
  const right = sampledRight ? sampled(sampledRight, inner) : relation(rightNode as Node, inner); // or a relation
  if (node.KW_CROSS()) return crossJoin(written, right, scope);
  const type = node.joinType();
  const kind = type?.KW_LEFT() ? 'LEFT' : type?.KW_RIGHT() ? 'RIGHT' : type?.KW_FULL() ? 'FULL' : 'INNER';
  const criteria = node.joinCriteria();
  if (criteria?.KW_USING()) return joinUsing(written, right, kind, criteria);
  if (
    right.unnested &&
    (kind === 'INNER' || kind === 'LEFT') &&
    /^true$/i.test(criteria?.getText().slice(2) ?? '')
  )
    return unnestBeside(written, right, kind === 'LEFT', scope.statement);
  const both: Scope = { ...scope, relations: [...written.relations, ...right.relations] };
  const on = criteria?.booleanExpression();
  const equal = criteria?.joinColumnEquality();
  if (!on && !equal) throw notSupported('this join', positionOf(node));
  const test = on ? condition(on, both) : equal ? columnEquality(equal, both) : '';
  const sql = `${written.sql} ${kind} JOIN ${right.sql} ON ${test}`;
  if (kind === 'INNER' && on) prune(on, both);
  const leftSide = kind === 'RIGHT' || kind === 'FULL' ? nullable(written) : written;
  const rightSide = kind === 'LEFT' || kind === 'FULL' ? nullable(right) : right;
  return { sql, relations: [...leftSide.relations, ...rightSide.relations] };
};

/** `ON a.x = b.y`, which the grammar keeps apart from other conditions. */
const columnEquality = (node: InstanceType<typeof T.JoinColumnEqualityContext>, scope: Scope): string => {
  const [left, right] = node
    .joinColumnReference()
    .map((side) => resolve(scope, nameParts(side), positionOf(side)));
  if (!left || !right) throw notSupported('this join', positionOf(node));
  return compare(left, '=', right, node);
};

type Criteria = InstanceType<typeof T.JoinCriteriaContext>;

const joinUsing = (left: Source, right: Source, kind: string, criteria: Criteria): Source => {
  const names = criteria.identifier().map((identifier) => nameOf(identifier).toLowerCase());
  const pick = (source: Source, name: string): Column => {
    const found = source.relations.flatMap((r) => r.columns).filter((column) => column.name === name);
    if (found.length === 1 && found[0]) return found[0];
    throw new TrinoError(
      'COLUMN_NOT_FOUND',
      `Column '${name}' is missing from one side of join`,
      positionOf(criteria),
    );
  };
  const pairs = names.map((name) => ({ name, a: pick(left, name), b: pick(right, name) }));
  const shared = pairs.map(({ name, a, b }): Column => {
    const sql = kind === 'RIGHT' ? b.sql : kind === 'FULL' ? `coalesce(${a.sql}, ${b.sql})` : a.sql;
    return { name, type: types.commonType(a.type, b.type) ?? a.type, sql, needs: [...a.needs, ...b.needs] };
  });
  const rest = (source: Source): Relation[] =>
    source.relations.map((r) => ({
      ...r,
      columns: r.columns.filter((column) => !names.includes(column.name)),
    }));
  const on = pairs.map(({ a, b }) => compare(a, '=', b, criteria)).join(' AND ');
  const relations = [{ name: [], columns: shared }, ...rest(nullable(left)), ...rest(nullable(right))];
  return { sql: `${left.sql} ${kind} JOIN ${right.sql} ON ${on}`, relations };
};
