/**
 * What the SerDes make of a text, as macros of DuckDB: NULL for a text that is no such value. Each takes the text of a
 * scalar, with its quotes taken off.
 */

/** The digits before the point; hexadecimal and octal as Java's SerDe reads them; exponents. */
const whole = `CASE
  WHEN regexp_full_match(t, '0[xX][0-9a-fA-F]+') THEN try_cast(t AS BIGINT)
  WHEN regexp_full_match(t, '0[0-7]+') AND length(t) < 22 THEN serde_octal(t)
  WHEN regexp_full_match(t, '[+-]?[0-9]+([.][0-9]*)?') THEN try_cast(regexp_extract(t, '^[+-]?[0-9]+') AS HUGEINT)
  WHEN regexp_full_match(t, '[+-]?[0-9]*[.]?[0-9]+([eE][+-]?[0-9]+)?') THEN try_cast(trunc(try_cast(t AS DOUBLE)) AS HUGEINT)
END`;

const hasZone = `regexp_matches(t, '([zZ]|[+-][0-9]{2}:?[0-9]{2})$')`;

const clock = `CASE
  WHEN ${hasZone} THEN try_cast(t AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
  ELSE try_cast(t AS TIMESTAMP)
END`;

/** With a clock as ISO 8601 or as JDBC writes it; a number is seconds, or milliseconds from 13 digits on. */
const timestamp = `CASE
  WHEN contains(t, ':') THEN ${clock}
  WHEN regexp_full_match(t, '[+-]?[0-9]*[.][0-9]*') THEN make_timestamp(try_cast(trunc(try_cast(t AS DOUBLE) * 1000) AS BIGINT) * 1000)
  WHEN regexp_full_match(t, '[+-]?[0-9]+') AND length(t) >= 13 THEN make_timestamp(try_cast(t AS BIGINT) * 1000)
  WHEN regexp_full_match(t, '[+-]?[0-9]+') THEN make_timestamp(try_cast(t AS BIGINT) * 1000000)
END`;

const integer = (name: string, duck: string): string =>
  `CREATE MACRO serde_${name}(t) AS try_cast(serde_whole(t) AS ${duck})`;

export const serdeFunctions: readonly string[] = [
  `CREATE MACRO serde_octal(t) AS list_reduce(list_transform(string_split(t, ''), lambda c: CAST(c AS HUGEINT)), lambda a, b: a * 8 + b)`,
  `CREATE MACRO serde_whole(t) AS ${whole}`,
  integer('tinyint', 'TINYINT'),
  integer('smallint', 'SMALLINT'),
  integer('integer', 'INTEGER'),
  integer('bigint', 'BIGINT'),
  `CREATE MACRO serde_double(t) AS CASE WHEN contains(t, '_') THEN NULL ELSE try_cast(t AS DOUBLE) END`,
  `CREATE MACRO serde_real(t) AS CASE WHEN contains(t, '_') THEN NULL ELSE try_cast(t AS FLOAT) END`,
  `CREATE MACRO serde_boolean(t) AS lower(t) = 'true'`,
  `CREATE MACRO serde_timestamp(t) AS ${timestamp}`,
  `CREATE MACRO serde_date(t) AS CASE
    WHEN regexp_full_match(t, '[+-]?[0-9]+') THEN DATE '1970-01-01' + try_cast(t AS INTEGER)
    ELSE try_cast(string_split(trim(t), ' ')[1] AS DATE)
  END`,
];
