import { describe, expect, test } from '@jest/globals';
import { onceAthena, tablesOf } from './support.ts';

/** Rows of JSON lines as Athena's SerDes read them. */

const stage = onceAthena();
const OPENX = 'org.openx.data.jsonserde.JsonSerDe';
const HIVE = 'org.apache.hive.hcatalog.data.JsonSerDe';

const table = tablesOf(stage);

/** A table of these lines. */
const tableOf = (
  lines: readonly string[],
  columns: string,
  { serde = OPENX, properties = '' } = {},
): Promise<string> => {
  const withProperties = properties ? `WITH SERDEPROPERTIES (${properties})` : '';
  const content = lines.map((line) => `${line}\n`).join('');
  return table(columns, `ROW FORMAT SERDE '${serde}' ${withProperties}`, { name: 'a.ndjson', content });
};

/** A query of them. */
const ask = async (
  lines: readonly string[],
  columns: string,
  select: string,
  serde: Parameters<typeof tableOf>[2] = {},
) => `SELECT ${select} FROM ${await tableOf(lines, columns, serde)}`;

const rows = async (...input: Parameters<typeof ask>) => (await stage.rows(await ask(...input))).slice(1);
const reason = async (...input: Parameters<typeof ask>) => stage.reason(await ask(...input));

const camel = '{"userId":"u1","eventName":"buy","detail":{"orderId":"o1"},"ts":"x"}';
const columns = 'userid string, eventname string, detail struct<orderid:string>, ts string';

describe('a key', () => {
  test.each([
    ['OpenX', OPENX],
    ["Hive's", HIVE],
    ["Hive's other", 'org.apache.hadoop.hive.serde2.JsonSerDe'],
  ])('matches its column whatever its case, nested too, by the %s SerDe', async (_name, serde) => {
    expect(await rows([camel], columns, 'userid, eventname, detail.orderid, ts', { serde })).toEqual([
      ['u1', 'buy', 'o1', 'x'],
    ]);
  });

  test('may be spelled in several ways, in one file and in two', async () => {
    const lines = ['{"userId":"a"}', '{"userid":"b"}', '{"USERID":"c","n":{"X":1}}', '{}'];
    expect(await rows(lines, 'userid string, n struct<x:int>', 'userid, n.x')).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', '1'],
      [undefined, undefined],
    ]);
    const name = await tableOf(['{"userId":"a"}'], 'userid string');
    stage.objects.put('lake', `${name}/b.ndjson`, Buffer.from('{"userid":"b"}\n'));
    expect((await stage.rows(`SELECT userid FROM ${name} ORDER BY 1`)).slice(1)).toEqual([['a'], ['b']]);
  });

  test('in small letters beside one in capitals, deep inside, makes no difference', async () => {
    const lines = [
      '{"v":{"a":1.9,"l":[{"x":"1","y":null}],"m":{"k":{"x":2}},"s":"say \\"Yes\\": no"}}',
      '{"v":{"A":1.9,"L":[{"X":"1","y":null}],"m":{"k":{"X":2}},"s":"say \\"Yes\\": no"}}',
      '{"v":{}}',
      '{"v":null}',
    ];
    const type = 'struct<a:bigint,l:array<struct<x:int,y:string>>,m:map<string,struct<x:int>>,s:string>';
    const value = '{a=1, l=[{x=1, y=null}], m={k={x=2}}, s=say "Yes": no}';
    expect(await rows(lines, `v ${type}`, 'v')).toEqual([
      [value],
      [value],
      ['{a=null, l=null, m=null, s=null}'],
      [undefined],
    ]);
  });

  test('that comes twice when written small is a line that is no row', async () => {
    const lines = ['{"URL":"a","Url":"b"}'];
    const duplicate =
      'FAILED HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key "url"';
    expect(await reason(lines, 'url string', 'url')).toBe(duplicate);
    expect(await reason(['{"d":{"URL":"a","Url":"b"}}'], 'd struct<url:string>', 'd.url')).toBe(duplicate);
  });

  test('matches by its case when case.insensitive is false, and by its mapping', async () => {
    const properties = `'case.insensitive' = 'false', 'mapping.first' = 'URL', 'mapping.second' = 'Url'`;
    expect(
      await rows(
        ['{"URL":"a","Url":"b","url":"c"}'],
        'first string, second string, url string, other string',
        '*',
        { properties },
      ),
    ).toEqual([['a', 'b', 'c', undefined]]);
    expect(
      await rows(['{"userId":"a"}'], 'userid string', 'userid', {
        properties: `'case.insensitive' = 'FALSE'`,
      }),
    ).toEqual([[undefined]]);
  });

  test('may be renamed by a mapping, which ignores case too', async () => {
    const properties = `"mapping.time_stamp" = "timeStamp"`;
    expect(
      await rows(['{"timeStamp":"a"}', '{"timestamp":"b"}'], 'time_stamp string', 'time_stamp', {
        properties,
      }),
    ).toEqual([['a'], ['b']]);
  });

  test('may hold dots where the column has underscores, if the table says so', async () => {
    const lines = ['{"a.b":"x","n":{"C.d":"y"}}', '{"a_b":"z"}'];
    const properties = `'dots.in.keys' = 'true'`;
    expect(await rows(lines, 'a_b string, n struct<c_d:string>', 'a_b, n.c_d', { properties })).toEqual([
      ['x', 'y'],
      ['z', undefined],
    ]);
    expect(await rows(lines, 'a_b string', 'a_b')).toEqual([[undefined], ['z']]);
  });
});

describe('a line that is not JSON', () => {
  const lines = ['{"id":"1"}', '{"id":', 'text', '{"id":"2"}'];

  test('fails the query, and says where, without a path of this machine', async () => {
    const said = await reason(lines, 'id string', 'id');
    expect(said).toMatch(/^FAILED HIVE_CURSOR_ERROR: Row is not a valid JSON Object - /);
    expect(said).toMatch(/s3:\/\/lake\/t\d+\/a\.ndjson/);
    expect(said).not.toContain(stage.objects.folder);
  });

  test('is a row of NULLs when malformed JSON is ignored', async () => {
    const properties = `'ignore.malformed.json' = 'true'`;
    expect(await rows(lines, 'id string', 'id', { properties })).toEqual([
      ['1'],
      [undefined],
      [undefined],
      ['2'],
    ]);
  });
});

describe('a value', () => {
  test.each([
    ['bigint', '1.9', '1'],
    ['bigint', '-1.9', '-1'],
    ['bigint', '"12"', '12'],
    ['bigint', '9007199254740993', '9007199254740993'],
    ['bigint', '1e3', '1000'],
    ['bigint', '"0x1F"', '31'],
    ['int', '2147483647', '2147483647'],
    ['tinyint', '1', '1'],
    ['double', '"1.5"', '1.5'],
    ['double', '1', '1.0'],
    ['boolean', '"TRUE"', 'true'],
    ['boolean', '"yes"', 'false'],
    ['boolean', '1', 'false'],
    ['decimal(10,2)', '1.005', '1.01'],
    ['string', '1', '1'],
    ['string', 'true', 'true'],
    ['string', '{"a":[1,{"b":null}]}', '{"a":[1,{"b":null}]}'],
    ['varchar(2)', '"abc"', 'ab'],
    ['date', '"2026-11-01"', '2026-11-01'],
    ['date', '"2026-11-01 05:00:00"', '2026-11-01'],
    ['timestamp', '"2026-11-01 05:00:00.25"', '2026-11-01 05:00:00.250'],
    ['timestamp', '"2026-11-01T05:00:00Z"', '2026-11-01 05:00:00.000'],
    ['timestamp', '"2026-11-01T05:00:00+09:00"', '2026-10-31 20:00:00.000'],
    ['timestamp', '1793509200000', '2026-11-01 05:00:00.000'],
    ['timestamp', '1793509200', '2026-11-01 05:00:00.000'],
    ['timestamp', '"1793509200.5"', '2026-11-01 05:00:00.500'],
    ['array<int>', '[1,null,"2",3.7]', '[1, null, 2, 3]'],
    ['array<int>', '5', '[5]'],
    ['array<int>', '""', undefined],
    ['array<struct<A:int,b:string>>', '[{"a":1,"B":"x"},null]', '[{a=1, b=x}, null]'],
    ['map<string,int>', '{"K":1,"l":null}', '{K=1, l=null}'],
    ['map<string,struct<x:int>>', '{"k":{"X":1}}', '{k={x=1}}'],
    ['struct<a:int,b:struct<c:string>>', '{"b":{"C":"x"}}', '{a=null, b={c=x}}'],
    ['struct<a:int,b:string>', '[1,"x"]', '{a=1, b=x}'],
    ['struct<a:int>', 'null', undefined],
    ['string', 'null', undefined],
  ])('of %s: %s is %s', async (type, json, expected) => {
    expect(await rows([`{"v":${json}}`], `v ${type}`, 'v')).toEqual([[expected]]);
  });

  test.each([
    ['bigint', '"abc"'],
    ['int', '2147483648'],
    ['bigint', 'true'],
    ['double', '"x"'],
    ['date', '"soon"'],
    ['timestamp', '"soon"'],
    ['bigint', '{"a":1}'],
    ['array<int>', '["x"]'],
  ])('of %s cannot be %s: the query fails, or has NULL where the table says so', async (type, json) => {
    const line = `{"v":${json}}`;
    expect(await reason([line], `v ${type}`, 'v')).toMatch(
      /^FAILED HIVE_BAD_DATA: Error parsing field value '.*' for v: For input string: ".*"$/,
    );
    const properties = `'use.null.for.invalid.data' = 'true'`;
    const [[value] = []] = await rows([line], `v ${type}`, 'v', { properties });
    expect([undefined, '[null]']).toContain(value);
  });

  test("of Hive's SerDe is a number only without quotes, and an object is no text", async () => {
    const serde = HIVE;
    expect(
      await rows(['{"n":1.9,"s":2,"b":"true"}'], 'n bigint, s string, b boolean', '*', { serde }),
    ).toEqual([['1', '2', 'true']]);
    expect(await reason(['{"n":"1"}'], 'n bigint', 'n', { serde })).toMatch(
      /^FAILED HIVE_CURSOR_ERROR: Current token \(VALUE_STRING\) not numeric/,
    );
    expect(await reason(['{"s":{"a":1}}'], 's string', 's', { serde })).toMatch(
      /^FAILED HIVE_CURSOR_ERROR: Invalid JSON: varchar value must be a scalar json value/,
    );
  });

  test('that no query reads may be anything', async () => {
    expect(await rows(['{"v":"abc","id":"a"}'], 'v bigint, id string', 'id, count(*)  OVER ()')).toEqual([
      ['a', '1'],
    ]);
    expect(await rows(['{"v":"abc"}', '{}'], 'v bigint', 'count(*)')).toEqual([['2']]);
  });
});
