import { type TrinoType, toHiveType, typeText } from 'headrace-trino';

/** Why Parquet files of Athena's UNLOAD cannot hold a type, or a view cannot say it; undefined when they can. */
export type TypeRule = (type: TrinoType) => string | undefined;

const unknown: TypeRule = ({ name }) =>
  name === 'unknown' || name === 'any' ? 'Say its type: CAST(… AS varchar)' : undefined;

const interval: TypeRule = ({ name }) =>
  name.startsWith('interval') ? "Make it a number: date_diff('second', a, b)" : undefined;

const recipes: Readonly<Record<string, string>> = {
  json: 'Make it text: json_format(…)',
  time: 'Make it text: CAST(… AS varchar)',
  'timestamp with time zone': 'Leave the zone away: CAST(… AS timestamp(3))',
};

/** Hive's timestamps have milliseconds. Trino calls those three digits. */
const digits: TypeRule = ({ name, fraction = 3 }) =>
  name === 'timestamp' && fraction !== 3 ? 'Say milliseconds: CAST(… AS timestamp(3))' : undefined;

const namelessField: TypeRule = ({ fields }) =>
  fields?.some(({ name }) => name === undefined)
    ? 'Name its fields: CAST(ROW(…) AS ROW(a bigint, b varchar))'
    : undefined;

/** The first rule that any part of the type breaks: its own, of its elements or its fields. */
const broken = (type: TrinoType, rules: readonly TypeRule[]): string | undefined => {
  const parts = [...(type.args ?? []), ...(type.fields ?? []).map((field) => field.type)];
  const own = rules.map((rule) => rule(type)).find((why) => why !== undefined);
  return own ?? parts.map((part) => broken(part, rules)).find((why) => why !== undefined);
};

/** A view's columns are of any type that has a name. */
export const forViews: TypeRule = (type) => broken(type, [unknown, interval]);

/** A mart's are those that Hive's Parquet has. */
export const forMarts: TypeRule = (type) =>
  broken(type, [unknown, interval, ({ name }) => recipes[name], digits, namelessField]);

/** A column as the Glue catalog, Athena and people have it. */
export interface TypedColumn {
  name: string;
  /** as Glue writes it: `array<string>` */
  hive: string;
  /** as Athena shows it: `array(varchar)` */
  trino: string;
  comment: string;
}

export const typedColumn = (name: string, type: TrinoType, comment: string): TypedColumn => ({
  name,
  hive: toHiveType(type),
  trino: typeText(type),
  comment,
});
