import type { T } from '../grammar/grammar.ts';
import * as types from '../types/types.ts';
import type { Source } from './relations.ts';
import { type Column, collectNeeds, freshName, type Scope, type Typed } from './scope.ts';
import { mismatch, translate } from './translate.ts';

/** One UNNEST argument as lists of the same length: an array of rows opens into its fields, a map into two. */
const lists = (value: Typed, rowsStay: boolean): { sql: string; type: types.TrinoType }[] | undefined => {
  if (value.type.name === 'map') {
    return [
      { sql: `map_keys(${value.sql})`, type: types.argOf(value.type, 0) },
      { sql: `map_values(${value.sql})`, type: types.argOf(value.type, 1) },
    ];
  }
  if (value.type.name !== 'array') return undefined;
  const element = types.argOf(value.type, 0);
  if (!element.fields || rowsStay) return [{ sql: value.sql, type: element }];
  return element.fields.map((field, i) => ({
    sql: `list_transform(${value.sql}, lambda e_: e_.${types.quoted(types.fieldName(field.name, i))})`,
    type: field.type,
  }));
};

const fieldNames = (values: readonly Typed[], rowsStay: boolean): (string | undefined)[] =>
  values.flatMap((value) => {
    if (value.type.name === 'map') return ['key', 'value'];
    if (rowsStay) return [undefined];
    return types.argOf(value.type, 0).fields?.map((field) => field.name) ?? [undefined];
  });

/**
 * `UNNEST(a, b) WITH ORDINALITY`, of what stands on its left. Trino opens an array of rows into one column a field;
 * Athena's guide also shows it as one column that is the row. How many names the alias lists tells which is meant.
 */
export const unnest = (node: InstanceType<typeof T.UnnestContext>, scope: Scope, names?: number): Source => {
  const { result: values, needs } = collectNeeds(scope, () =>
    node.expression().map((expression) => translate(expression, { ...scope, outer: { ...scope } })),
  );
  scope.statement.needed.push(...needs); // they decide how many rows there are
  const width = (stay: boolean): number =>
    values.flatMap((value) => lists(value, stay) ?? []).length + (node.KW_ORDINALITY() ? 1 : 0);
  const rowsStay = names !== undefined && names !== width(false) && names === width(true);
  const columns = values.flatMap((value) => {
    const found = lists(value, rowsStay);
    if (!found) throw mismatch(`Cannot unnest type: ${types.typeText(value.type)}`, node);
    return found;
  });
  const alias = freshName(scope.statement, 'r');
  const all = columns.map((column) => column.sql);
  const own = fieldNames(values, rowsStay);
  if (node.KW_ORDINALITY()) {
    const lengths = columns.map((column) => `coalesce(len(${column.sql}), 0)`).join(', ');
    all.push(`range(1, greatest(${lengths}) + 1)`);
    columns.push({ sql: '', type: types.BIGINT });
    own.push('ordinality');
  }
  const relation: Column[] = columns.map((column, i) => ({
    name: (own[i] ?? '').toLowerCase(),
    type: column.type,
    sql: `${alias}.c${i}`,
    needs: [],
  }));
  return {
    sql: `LATERAL (SELECT ${all.map((list, i) => `unnest(${list}) AS c${i}`).join(', ')}) AS ${alias}`,
    relations: [{ name: [], columns: relation }],
    unnested: { lists: all, alias },
  };
};
