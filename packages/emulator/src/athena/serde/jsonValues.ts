import { duckType, isInteger, quoted, type TrinoType, typeText } from 'headrace-trino';
import { isNested } from '../engine/textValues.ts';
import { literal } from '../sqlText.ts';

/** How a table's SerDe reads JSON: the properties of OpenX's, by their AWS defaults. */
export interface JsonOptions {
  /** Hive's own SerDe is stricter: a number is no text, an object no scalar. */
  dialect: 'openx' | 'hive';
  caseInsensitive: boolean;
  dotsInKeys: boolean;
  /** column → key, as written */
  mapping: ReadonlyMap<string, string>;
  ignoreMalformed: boolean;
  nullForInvalid: boolean;
}

/** An error in the query's own words, inside an expression. */
const fail = (message: string): string => `error('trino:' || ${message})`;

const parseError = (t: string, place: string): string =>
  fail(
    `'HIVE_BAD_DATA: Error parsing field value ''' || ${t} || ''' for ${place}: For input string: "' || ${t} || '"'`,
  );

const scalarNames = new Set(['boolean', 'real', 'double', 'date', 'timestamp']);

/** The value in the text `t` of a scalar; NULL for a text that is none. undefined: text is what is wanted. */
const ofText = (t: string, type: TrinoType): string | undefined => {
  if (isInteger(type) || scalarNames.has(type.name)) return `serde_${type.name}(${t})`;
  if (type.name === 'decimal') return `try_cast(${t} AS ${duckType(type)})`;
  if (type.name === 'varbinary') return `try(from_base64(${t}))`;
  return undefined;
};

/** A scalar out of its text, which is NULL for JSON's null. `place` names the column in errors. */
export const scalarOf = (t: string, type: TrinoType, place: string, options: JsonOptions): string => {
  const value = ofText(t, type);
  if (value === undefined) return type.length === undefined ? t : `left(${t}, ${type.length})`;
  if (options.nullForInvalid) return value;
  return `CASE WHEN ${t} IS NOT NULL THEN coalesce(${value}, ${parseError(t, place)}) END`;
};

/** A scalar must be read as JSON, not as text, when the SerDe tells `"1"` from `1` and an object from a text. */
export const needsJson = (type: TrinoType, { dialect }: JsonOptions): boolean =>
  isNested(type) || dialect === 'hive';

const isNumber = (type: TrinoType): boolean =>
  isInteger(type) || ['real', 'double', 'decimal'].includes(type.name);

const hiveScalar = (j: string, type: TrinoType, place: string, options: JsonOptions): string => {
  const value = scalarOf(`(${j} ->> '$')`, type, place, options);
  const nested = fail(
    literal(`HIVE_CURSOR_ERROR: Invalid JSON: ${typeText(type)} value must be a scalar json value`),
  );
  const quotedNumber = fail(
    literal(
      'HIVE_CURSOR_ERROR: Current token (VALUE_STRING) not numeric, can not use numeric value accessors',
    ),
  );
  const cases = [`WHEN json_type(${j}) IN ('OBJECT', 'ARRAY') THEN ${nested}`];
  if (isNumber(type)) cases.push(`WHEN json_type(${j}) = 'VARCHAR' THEN ${quotedNumber}`);
  return `CASE ${cases.join(' ')} ELSE ${value} END`;
};

const refused = (what: string, type: TrinoType): string =>
  fail(literal(`HIVE_CURSOR_ERROR: ${what} can not be coerced to a ${typeText(type)}`));

/** `{}` taken apart: its keys as they are looked up (`k`), as they are written (`w`), and its values (`v`). */
const members = (j: string, { caseInsensitive, dotsInKeys }: JsonOptions): string => {
  const key = caseInsensitive ? 'lower(s)' : 's';
  const dotted = dotsInKeys
    ? `, d := list_transform(json_keys(${j}), lambda s: CASE WHEN contains(s, '.') THEN replace(${key}, '.', '_') END)`
    : '';
  return `struct_pack(k := list_transform(json_keys(${j}), lambda s: ${key})${dotted}, v := json_extract(${j}, '$.*'))`;
};

const duplicateKey = (m: string): string =>
  fail(
    `'HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key "' || list_filter(${m}.k, lambda s: len(list_filter(${m}.k, lambda z: z = s)) > 1)[1] || '"'`,
  );

const member = (m: string, name: string, { dotsInKeys, mapping, caseInsensitive }: JsonOptions): string => {
  const mapped = mapping.get(name) ?? name;
  const key = literal(caseInsensitive ? mapped.toLowerCase() : mapped);
  const exact = `list_position(${m}.k, ${key})`;
  const place = dotsInKeys ? `coalesce(nullif(${exact}, 0), list_position(${m}.d, ${literal(name)}))` : exact;
  return `${m}.v[${place}]`;
};

interface Field {
  name: string;
  type: TrinoType;
}

/** The fields of the object `j`, each as its type. An object that holds a key twice is an error, as the SerDes have it. */
export const objectOf = (
  j: string,
  fields: readonly Field[],
  options: JsonOptions,
  depth: number,
): string => {
  const m = `m${depth}`;
  const values = fields.map(
    ({ name, type }) =>
      `${quoted(name)} := ${jsonAs(member(m, name.toLowerCase(), options), type, name, options, depth + 1)}`,
  );
  const row = `CASE WHEN len(${m}.k) > len(list_distinct(${m}.k)) THEN ${duplicateKey(m)} ELSE struct_pack(${values.join(', ')}) END`;
  return `list_transform([${members(j, options)}], lambda ${m}: ${row})[1]`;
};

const rowOf = (j: string, type: TrinoType, options: JsonOptions, depth: number): string => {
  const fields = (type.fields ?? []).map((field, i) => ({
    name: field.name ?? `_col${i}`,
    type: field.type,
  }));
  const nothing = `struct_pack(${fields.map(({ name, type: of }) => `${quoted(name)} := CAST(NULL AS ${duckType(of)})`).join(', ')})`;
  const positions = `struct_pack(${fields
    .map(
      ({ name, type: of }, i) =>
        `${quoted(name)} := ${jsonAs(`json_extract(${j}, '$[${i}]')`, of, name, options, depth + 1)}`,
    )
    .join(', ')})`;
  const cases = [`WHEN 'OBJECT' THEN ${objectOf(j, fields, options, depth)}`];
  if (options.dialect === 'openx') {
    cases.push(`WHEN 'ARRAY' THEN ${positions}`);
    cases.push(
      `WHEN 'VARCHAR' THEN CASE WHEN trim(${j} ->> '$') = '' THEN ${nothing} ELSE ${refused('Primitive', type)} END`,
    );
  }
  return `CASE json_type(${j}) ${cases.join(' ')} ELSE ${refused('Primitive', type)} END`;
};

const listOf = (j: string, type: TrinoType, place: string, options: JsonOptions, depth: number): string => {
  const [element = type] = type.args ?? [];
  const x = `x${depth}`;
  const items = `list_transform(CAST(${j} AS JSON[]), lambda ${x}: ${jsonAs(x, element, place, options, depth + 1)})`;
  if (options.dialect === 'hive')
    return `CASE WHEN json_type(${j}) = 'ARRAY' THEN ${items} ELSE ${refused('Value', type)} END`;
  const single = `[${jsonAs(j, element, place, options, depth + 1)}]`;
  return `CASE WHEN json_type(${j}) = 'ARRAY' THEN ${items} WHEN ${j} ->> '$' = '' THEN NULL ELSE ${single} END`;
};

const mapOf = (j: string, type: TrinoType, place: string, options: JsonOptions, depth: number): string => {
  const [key = type, value = type] = type.args ?? [];
  const x = `x${depth}`;
  const entry = `struct_pack(k := ${scalarOf(`${x}.key`, key, place, options)}, v := ${jsonAs(`${x}.value`, value, place, options, depth + 1)})`;
  const entries = `map_from_entries(list_transform(map_entries(CAST(${j} AS MAP(VARCHAR, JSON))), lambda ${x}: ${entry}))`;
  const blank =
    options.dialect === 'openx'
      ? `WHEN json_type(${j}) = 'VARCHAR' AND trim(${j} ->> '$') = '' THEN NULL `
      : '';
  return `CASE WHEN json_type(${j}) = 'OBJECT' THEN ${entries} ${blank}ELSE ${refused('Primitive', type)} END`;
};

/** The JSON value `j` as `type`, as the SerDe reads it. */
export const jsonAs = (
  j: string,
  type: TrinoType,
  place: string,
  options: JsonOptions,
  depth: number,
): string => {
  if (!isNested(type))
    return options.dialect === 'hive'
      ? hiveScalar(j, type, place, options)
      : scalarOf(`(${j} ->> '$')`, type, place, options);
  const nested = type.fields
    ? rowOf(j, type, options, depth)
    : type.name === 'map'
      ? mapOf(j, type, place, options, depth)
      : listOf(j, type, place, options, depth);
  return `CAST(CASE WHEN ${j} IS NOT NULL AND json_type(${j}) <> 'NULL' THEN ${nested} END AS ${duckType(type)})`;
};
