import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { onceAthena, tablesOf } from './support.ts';

/** Rows of text files as LazySimpleSerDe and OpenCSVSerde read them, and as CREATE TABLE AS writes them. */

const stage = onceAthena();

const table = tablesOf(stage);

/** Buffers are gzipped. */
const create = (columns: string, format: string, content: string | Buffer, more = ''): Promise<string> =>
  table(columns, format, { name: typeof content === 'string' ? 'a.csv' : 'a.csv.gz', content }, more);

const rows = async (columns: string, format: string, text: string | Buffer, more = '', select = '*') =>
  (await stage.rows(`SELECT ${select} FROM ${await create(columns, format, text, more)}`)).slice(1);

const COMMA = "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','";

describe('a text table', () => {
  test('has NULL for what is no such value, for what is missing, and drops what is too much', async () => {
    const columns = 'i int, d double, t date, s timestamp, b boolean, n decimal(5,2), x string';
    const text = [
      '1,1.5,2026-11-01,2026-11-01 05:00:00.25,true,1.005,text',
      'x,y,soon,soon,maybe,many,',
      '2.9,1e3,2026-11-01,2026-11-01,FALSE,7,a,b,c',
      '3000000000,NaN,2026-13-01,2026-11-01T05:00:00,no,12345,\\N',
      '4',
      '',
    ];
    expect(await rows(columns, COMMA, `${text.join('\n')}\n`)).toEqual([
      ['1', '1.5', '2026-11-01', '2026-11-01 05:00:00.250', 'true', '1.01', 'text'],
      [undefined, undefined, undefined, undefined, undefined, undefined, ''],
      ['2', '1000.0', '2026-11-01', undefined, 'false', '7.00', 'a'],
      [undefined, 'NaN', '2027-01-01', '2026-11-01 05:00:00.000', undefined, undefined, undefined],
      ['4', undefined, undefined, undefined, undefined, undefined, undefined],
      [undefined, undefined, undefined, undefined, undefined, undefined, undefined],
    ]);
  });

  // As Trino 476's Hive connector reads them.
  test.each([
    ['date', '2026-1-2', '2026-01-02'],
    ['date', '2026-02-30', '2026-03-02'],
    ['date', ' 2026-01-02 x', '2026-01-02'],
    ['timestamp', '2026-01-02 24:00:00', '2026-01-03 00:00:00.000'],
    ['timestamp', '2026-01-02 05:00', undefined],
    ['timestamp', '2026-1-2 5:6:7', '2026-01-02 05:06:07.000'],
    ['double', '1d', '1.0'],
    ['double', ' 1.5 ', '1.5'],
    ['double', '', undefined],
    ['int', '+5', '5'],
    ['int', ' 5', undefined],
    ['boolean', 't', undefined],
    ['decimal(5,2)', '1e2', '100.00'],
    ['decimal(5,2)', ' 1', undefined],
    ['varchar(2)', 'abc', 'ab'],
    ['bigint', '9223372036854775808', undefined],
    ['bigint', '.5', '0'],
    ['bigint', '5.', '5'],
    ['map<string,int>', 'a\u00031\u0002a\u00032', '{a=1}'],
    ['map<string,int>', '2\u00031\u00021\u00032', '{2=1, 1=2}'],
    ['map<string,int>', '', '{}'],
    ['array<string>', '', '[]'],
    ['struct<x:string,y:string>', 'a', '{x=a, y=null}'],
    ['array<array<int>>', '1\u00032\u00023', '[[1, 2], [3]]'],
  ])('reads %s out of "%s"', async (type, text, expected) => {
    expect(await rows(`v ${type}`, '', `${text}\n`)).toEqual([[expected]]);
  });

  test('knows no quotes', async () => {
    expect(await rows('a string, b string', COMMA, '"x,y",z\n')).toEqual([['"x', 'y"']]);
  });

  test.each([
    ["WITH SERDEPROPERTIES ('serialization.format' = '1')", 'a\u0001b\n'],
    ["WITH SERDEPROPERTIES ('serialization.format' = ',')", 'a,b\n'],
    ["WITH SERDEPROPERTIES ('serialization.format' = '9')", 'a\tb\n'],
    ["WITH SERDEPROPERTIES ('field.delim' = '44', 'serialization.format' = '1')", 'a,b\n'],
    ["WITH SERDEPROPERTIES ('field.delim' = '\\t')", 'a\tb\n'],
    ["WITH SERDEPROPERTIES ('field.delim' = '\\001')", 'a\u0001b\n'],
    ["WITH SERDEPROPERTIES ('field.delim' = '|')", 'a|b\n'],
    ['', 'a\u0001b\n'],
  ])('%s splits at the character it means', async (properties, text) => {
    const serde = `ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' ${properties}`;
    expect(await rows('x string, y string', serde, text)).toEqual([['a', 'b']]);
  });

  test('reads arrays, maps and rows by their separators', async () => {
    const format =
      "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' COLLECTION ITEMS TERMINATED BY '|' MAP KEYS TERMINATED BY ':'";
    expect(
      await rows(
        'a array<int>, m map<string,int>, s struct<x:string,y:double>',
        format,
        '1|x|3,k:1|l:2,v|1.5\n',
      ),
    ).toEqual([['[1, null, 3]', '{k=1, l=2}', '{x=v, y=1.5}']]);
  });

  test('reads escaped separators, headers to skip, gzip, CRLF and bytes that are no UTF-8', async () => {
    const escaped = `${COMMA} ESCAPED BY '\\\\'`;
    expect(await rows('a string, b string', escaped, 'x\\,y,z\\\\w\n')).toEqual([['x,y', 'z\\w']]);
    const skip = "TBLPROPERTIES ('skip.header.line.count' = '1')";
    expect(await rows('a string, b int', COMMA, gzipSync('a,b\r\nx,1\r\ny,2'), skip)).toEqual([
      ['x', '1'],
      ['y', '2'],
    ]);
    const bytes = gzipSync(Buffer.from([0x61, 0xff, 0x2c, 0x62, 0x0a]));
    expect(await rows('a string, b string', COMMA, bytes)).toEqual([['a\ufffd', 'b']]);
  });
});

describe('a table of one text', () => {
  // Once as DuckDB reads plain files, and once as our own reader does: a carriage return is not plain.
  const both = async (format: string, lines: readonly string[]) => [
    await rows('line string', format, gzipSync(`${lines.join('\n')}\n`)),
    await rows('line string', format, `${lines.join('\r\n')}\r\n`),
  ];
  const odd = ['{"a":"x,y"}', '"quoted"', "'", '\\N', '#', '  spaces ', '\ttab', 'null', 'é🎉'];

  test('has each line as it is where no line can hold the separator', async () => {
    const serde = `ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
      WITH SERDEPROPERTIES ('field.delim' = '\n', 'serialization.null.format' = '\n')`;
    const expected = odd.map((line) => [line]);
    expect(await both(serde, odd)).toEqual([expected, expected]);
  });

  test('has NULL for the line that is its null format, by default a backslash and N', async () => {
    const expected = odd.map((line) => [line === '\\N' ? undefined : line]);
    expect(await both('', odd)).toEqual([expected, expected]);
    const none = "ROW FORMAT DELIMITED NULL DEFINED AS 'null'";
    const other = odd.map((line) => [line === 'null' ? undefined : line]);
    expect(await both(none, odd)).toEqual([other, other]);
  });

  test('cuts a line at its separator, and has an empty line', async () => {
    const lines = ['a\u0001b', '', 'c'];
    expect(await both('', lines)).toEqual([
      [['a'], [''], ['c']],
      [['a'], [''], ['c']],
    ]);
    expect(await both(COMMA, ['a,b', 'c'])).toEqual([
      [['a'], ['c']],
      [['a'], ['c']],
    ]);
  });

  test('does not take a byte order mark for text', async () => {
    expect(await both('', ['\ufeffa', 'b\ufeff'])).toEqual([
      [['a'], ['b\ufeff']],
      [['a'], ['b\ufeff']],
    ]);
  });
});

describe('a text table that CREATE TABLE AS writes', () => {
  test('has no quotes, and can be read again', async () => {
    await stage.rows(
      `CREATE TABLE written WITH (format = 'TEXTFILE', field_delimiter = '|', external_location = 's3://lake/written/', write_compression = 'NONE') AS
       SELECT 'a "quoted", text' AS s, CAST(NULL AS varchar) AS n, 1.5e0 AS d, ARRAY[1, NULL] AS a, MAP(ARRAY['k'], ARRAY[2]) AS m, TIMESTAMP '2026-11-01 05:00:00.25' AS t, true AS b`,
    );
    const [file] = stage.objects.list('lake', 'written/');
    expect(readFileSync(file?.path ?? '', 'utf8')).toBe(
      'a "quoted", text|\\N|1.5|1\u0002\\N|k\u00032|2026-11-01 05:00:00.25|true\n',
    );
    expect((await stage.rows('SELECT * FROM written')).slice(1)).toEqual([
      ['a "quoted", text', undefined, '1.5', '[1, null]', '{k=2}', '2026-11-01 05:00:00.250', 'true'],
    ]);
  });

  test('loses a value that holds the separator, as LazySimpleSerDe does on AWS', async () => {
    await stage.rows(
      "CREATE TABLE commas WITH (format = 'TEXTFILE', field_delimiter = ',') AS SELECT 'x,y' AS a, 'z' AS b",
    );
    expect((await stage.rows('SELECT * FROM commas')).slice(1)).toEqual([['x', 'y']]);
  });

  test('takes one character as its separator', async () => {
    expect(
      await stage.reason(
        "CREATE TABLE two WITH (format = 'TEXTFILE', field_delimiter = '||') AS SELECT 'x' AS a",
      ),
    ).toMatch(/^FAILED INVALID_TABLE_PROPERTY: The field_delimiter must be a single character/);
  });
});

describe('a table of OpenCSVSerde', () => {
  const OPEN = `ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'`;

  test("is created by the guide's own statement, with a backslash as its escape", async () => {
    const guide = `${OPEN} WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '\`', 'escapeChar' = '\\\\')`;
    expect(await rows('a string, b string', guide, '`x,\\`y`,plain\n')).toEqual([['x,`y', 'plain']]);
    const double = `${OPEN} WITH SERDEPROPERTIES ("separatorChar" = ",", "quoteChar" = "\\"", "escapeChar" = "\\\\")`;
    expect(await rows('a string, b string', double, '"x,\\"y",plain\n')).toEqual([['x,"y', 'plain']]);
  });

  test.each([
    ['quotes', '"a","b ""c"" d"', ['a', 'b "c" d']],
    ['an empty cell', ',""', ['', '']],
    ['too few cells', 'a', ['a', undefined]],
    ['too many cells', 'a,b,c', ['a', 'b']],
    ['a tab', '"a\tb",c', ['a\tb', 'c']],
    ['an escaped backslash', '"a\\\\b",c', ['a\\b', 'c']],
    ['spaces around quotes', 'a, "b"', ['a', 'b']],
    ['no line break inside: the cell that does not end is lost', 'a,"b', ['a', undefined]],
    ['an empty line', '', [undefined, undefined]],
    ['quotes in the middle', 'a,b"c"d', ['a', 'b"c"d']],
    ['text behind a quote', 'a,"b"x', ['a', 'b"x']],
    ['a quote that opens at the end', '"a",b"', ['a', undefined]],
  ])('reads %s', async (_what, line, expected) => {
    expect(await rows('x string, y string', OPEN, `${line}\n`)).toEqual([expected]);
  });

  test('reads dates in days and times in milliseconds since 1970', async () => {
    const columns = 'd date, t timestamp, i int, f double, b boolean';
    expect(await rows(columns, OPEN, '"18276","1579059880000","7","1.5","true"\n')).toEqual([
      ['2020-01-15', '2020-01-15 03:44:40.000', '7', '1.5', 'true'],
    ]);
  });

  test.each([
    ['an empty cell', 'int', ''],
    ['a text', 'bigint', 'x'],
    ['a date of another form', 'date', '2026-11-01'],
  ])(
    'cannot read %s as %s: the query fails, or has NULL where the table says so',
    async (_what, type, value) => {
      const name = await create(`v ${type}`, OPEN, `"${value}"\n`);
      expect(await stage.reason(`SELECT v FROM ${name}`)).toBe(
        `FAILED HIVE_BAD_DATA: Error parsing field value '${value}' for field 0: For input string: "${value}"`,
      );
      const nulls = "TBLPROPERTIES ('use.null.for.invalid.data' = 'true')";
      expect(await rows(`v ${type}`, OPEN, `"${value}"\n`, nulls)).toEqual([[undefined]]);
    },
  );
});
