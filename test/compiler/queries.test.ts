import '../helpers/shop.ts';
import { describe, expect, test } from '@jest/globals';
import { checkQueries, compileQueries } from '../../compiler/sql/compile.ts';
import { faultsOf } from '../helpers/faults.ts';
import { projectOf } from '../helpers/queries.ts';

/** What is wrong with these files of queries/, a line each: `marts/x.sql:2:8: …`. */
const queryFaults = (files: Readonly<Record<string, string>>): string[] =>
  faultsOf(() => compileQueries(projectOf(files))).map((line) => line.replace(/^queries\//, ''));

const mart = (select: string, rest = 'FROM events WHERE dt IN (:days) GROUP BY dt'): string =>
  `-- Rows a day.\nSELECT\n  ${select},\n  dt\n${rest}\n`;

const columnsOf = (sql: string, more: Readonly<Record<string, string>> = {}): string[] => {
  const { marts } = compileQueries(projectOf({ 'marts/a.sql': sql, ...more }));
  return marts
    .flatMap(({ name, typed }) => (name === 'a' ? typed : []))
    .map(({ name, hive }) => `${name} ${hive}`);
};

describe('a warning', () => {
  test.each(['archive', 'all', 'crawl'])('cannot be called %s, which Headrace reports itself', (name) => {
    const sql =
      '-- Events without a user.\nSELECT event_id FROM events WHERE user_id IS NULL AND dt IN (:days)\n';
    expect(queryFaults({ [`warnings/${name}.sql`]: sql })).toEqual([
      expect.stringContaining(`"${name}" is a name that Headrace itself uses among the warnings of a report`),
    ]);
    expect(queryFaults({ [`warnings/${name}_of_mine.sql`]: sql })).toEqual([]);
    expect(queryFaults({ [`examples/${name}.sql`]: sql.replace(':days', "'2026-11-01'") })).toEqual([]);
  });
});

describe('the columns of a mart', () => {
  test('have the names and types of its SELECT', () => {
    const select = `count(*) AS events, sum(revenue) AS revenue, CAST(sum(revenue) AS decimal(18, 2)) AS exact, max(event_time) AS last_seen,
      min(CAST(event_time AS date)) AS first_day, array_agg(source ORDER BY source) AS sources, bool_or(user_id IS NULL) AS any_unknown,
      map_agg(source, 1) AS by_source, CAST(ROW(1, 'a') AS ROW(n smallint, t varchar(3))) AS pair, CAST(1.5 AS real) AS r`;
    expect(columnsOf(mart(select))).toEqual([
      'events bigint',
      'revenue double',
      'exact decimal(18,2)',
      'last_seen timestamp',
      'first_day date',
      'sources array<string>',
      'any_unknown boolean',
      'by_source map<string,int>',
      'pair struct<n:smallint,t:string>',
      'r float',
      'dt string',
    ]);
  });

  test('have the comment behind them, or the lines before them, or else that of the column they are', () => {
    const select = [
      'count(*) AS a, -- behind',
      '-- before,',
      '-- in two lines',
      'count(DISTINCT source) AS b,',
      'sum(price) AS c, /* in stars */',
      'max(currency) AS currency,',
      "count_if(source = '-- not a comment') AS d",
    ].join('\n  ');
    const { marts } = compileQueries(projectOf({ 'marts/a.sql': mart(select) }));
    const comments = marts[0]?.typed.map(({ name, comment }) => [name, comment]);
    expect(comments).toMatchObject([
      ['a', 'behind'],
      ['b', 'before, in two lines'],
      ['c', 'in stars'],
      ['currency', expect.stringMatching(/./)],
      ['d', ''],
      ['dt', expect.stringContaining('Day')],
    ]);
  });

  test('may be read from a view of the project, which may read another', () => {
    const views = {
      'views/orders.sql': '-- Orders.\nSELECT *, revenue AS money FROM order_completed',
      'views/euros.sql': "-- In euros.\nSELECT money, dt FROM orders WHERE currency = 'EUR'",
    };
    expect(
      columnsOf(mart('sum(money) AS money', 'FROM euros WHERE dt IN (:days) GROUP BY dt'), views),
    ).toEqual(['money double', 'dt string']);
    const { marts, views: found } = compileQueries(
      projectOf({ ...views, 'marts/a.sql': mart('count(*) AS n') }),
    );
    expect([...marts, ...found].map(({ name, reads }) => [name, reads])).toEqual([
      ['a', ['events']],
      ['euros', ['events']],
      ['orders', ['events']],
    ]);
  });

  test('read the lines below raw_events and quarantine, also where the types are said by hand', () => {
    const { checks } = compileQueries(
      projectOf({
        'checks/a.sql': "-- Raw.\nSELECT 'x' AS rule, event_id FROM raw_events WHERE dt = '2026-11-01'",
        'checks/b.sql':
          "-- Both.\n-- columns: rule varchar, n bigint\nSELECT 'x' AS rule, strange(1) AS n FROM quarantine, order_completed",
      }),
    );
    expect(checks.map(({ name, reads }) => [name, reads])).toEqual([
      ['a', ['raw_lines']],
      ['b', ['events', 'quarantine_lines']],
    ]);
  });

  test('may be said by hand, where Athena knows a function that is not known here', () => {
    const sql =
      '-- Words.\n-- columns: stem varchar, pair row(a bigint, b decimal(10, 2)), n decimal(10, 2), dt varchar\nSELECT word_stem(source) AS stem, ROW(1, 1) AS pair, 1 AS n, dt FROM events WHERE dt IN (:days)';
    expect(columnsOf(sql)).toEqual([
      'stem string',
      'pair struct<a:bigint,b:decimal(10,2)>',
      'n decimal(10,2)',
      'dt string',
    ]);
    expect(queryFaults({ 'marts/a.sql': sql.replace('varchar, pair', 'strange, pair') })).toEqual([
      'marts/a.sql:2:1: `-- columns:` has the type "strange", which is not known. Write `-- columns: name varchar, amount double`.',
    ]);
  });

  test('said by hand in a view are what its readers have, who read what it reads', async () => {
    const words =
      '-- Words.\n-- columns: stem varchar, day varchar\nSELECT word_stem(source) AS stem, dt AS day FROM events';
    const project = projectOf({
      'views/words.sql': words,
      'views/stems.sql': '-- Stems.\nSELECT stem, day FROM words',
      'marts/a.sql': mart(
        'stem, count(*) AS words',
        'FROM (SELECT stem, day AS dt FROM stems WHERE day IN (:days)) AS s GROUP BY stem, dt',
      ),
    });
    const { marts, views } = compileQueries(project);
    expect([...marts, ...views].map(({ name, reads }) => [name, reads])).toEqual([
      ['a', ['events']],
      ['stems', ['events']],
      ['words', ['events']],
    ]);
    expect(marts[0]?.typed.map(({ hive }) => hive)).toEqual(['string', 'bigint', 'string']);
    await expect(checkQueries(project)).resolves.toBeUndefined();
  });
});

describe('what is refused, with its place', () => {
  test.each([
    [
      'SQL that is not SQL',
      mart('count(*) AS n').replace('FROM', 'FORM'),
      /^marts\/a\.sql:5:\d+: mismatched input/,
    ],
    [
      'a column that is not there',
      mart('sum(revenu) AS n'),
      /^marts\/a\.sql:3:7: Column 'revenu' cannot be resolved/,
    ],
    ['a table that is not there', mart('1 AS n', 'FROM nowhere'), /:5:6: Table 'nowhere' does not exist/],
    ['a function of nobody', mart('blah(source) AS n'), /blah.*-- columns:/],
    ['a column without a name', mart('count(*)'), /^marts\/a\.sql:3:3: Column 1 has no name/],
    ['two columns of one name', mart('1 AS n, 2 AS n'), /:3:11: Two columns are called n/],
    ['a name in capitals', mart('1 AS "Total"'), /"Total" is not in lower snake case/],
    ['json', mart("CAST('1' AS json) AS j"), /type json.*json_format/],
    ['an interval', mart("INTERVAL '1' DAY AS i"), /interval.*date_diff/],
    ['a zone', mart("max(with_timezone(event_time, 'UTC')) AS t"), /with time zone.*timestamp\(3\)/],
    ['microseconds', mart('CAST(max(event_time) AS timestamp(6)) AS t'), /timestamp\(3\)/],
    ['fields without names', mart('ROW(1, 2) AS r'), /Name its fields/],
    ['nothing but NULL', mart('NULL AS n'), /Say its type/],
    ['today', mart('current_date AS d'), /:3:3: current_date is another time in every try\. Use :now/],
    ['now()', mart('CAST(now() AS timestamp) AS d'), /now\(\)/],
    ['chance', mart('count_if(random() < 0.5) AS n'), /random\(\) gives another value/],
    ['any value', mart('arbitrary(source) AS s'), /Use min\(\) or max\(\)/],
    ['a list in any order', mart('array_agg(source) AS s'), /ORDER BY/],
    [
      'a place without an order',
      mart('n', 'FROM (SELECT row_number() OVER () AS n, dt FROM events WHERE dt IN (:days))'),
      /row_number\(\) has no ORDER BY/,
    ],
    ['any ten rows', `${mart('count(*) AS n')}LIMIT 10`, /:6:7: LIMIT without ORDER BY/],
    [
      'no day',
      '-- x\nSELECT count(*) AS n FROM events WHERE dt IN (:days)',
      /:2:8: The last column of a mart must be dt/,
    ],
    [
      'nothing but the day',
      '-- x\nSELECT dt FROM events WHERE dt IN (:days)',
      /:2:8: A mart needs a column besides dt/,
    ],
    ['all days', mart('count(*) AS n', 'FROM events GROUP BY dt'), /does not name them.*dt IN \(:days\)/],
    [
      'all days in one of two reads',
      mart(
        'count(*) AS n',
        'FROM events JOIN (SELECT DISTINCT source AS s FROM events) ON s = source WHERE dt IN (:days) GROUP BY dt',
      ),
      /reads events without saying which days/,
    ],
    [
      'one day of many',
      mart('count(*) AS n', 'FROM events WHERE dt = :days GROUP BY dt'),
      /Write IN \(:days\)/,
    ],
    [
      'an unknown macro',
      mart('count(*) AS n', 'FROM events WHERE dt IN (:days) AND hr = :hour GROUP BY dt'),
      /:5:42: :hour is not a macro\. There are :days, :neighbourDays, :now/,
    ],
    [
      'the hours, which would write a part of a day',
      mart('count(*) AS n', 'FROM events WHERE dt IN (:days) AND hr IN (:hours) GROUP BY dt'),
      /:hours would write a part/,
    ],
    ['no description', mart('count(*) AS n').replace(/^--.*\n/, ''), /no description/],
    ['a long comment', mart(`count(*) AS n, -- ${'x'.repeat(256)}\n 1 AS m`), /longer than the 255/],
  ])('%s', (_what, sql, pattern) => {
    expect(queryFaults({ 'marts/a.sql': sql })).toEqual([expect.stringMatching(pattern)]);
  });

  test('a mart that reads a mart, and a check that does', () => {
    const files = {
      'marts/a.sql': mart('count(*) AS n'),
      'marts/b.sql': mart('n', 'FROM a WHERE dt IN (:days)'),
      'checks/c.sql': "-- c\nSELECT 'x' AS rule FROM a WHERE dt IN (:days)",
      'warnings/w.sql': '-- w\nSELECT n FROM a WHERE n = 0 AND dt IN (:days)',
    };
    expect(queryFaults(files)).toEqual([
      expect.stringMatching(/^checks\/c\.sql.* reads the mart a, which is written after the checks/),
      expect.stringMatching(/^marts\/b\.sql.* reads the mart a, which may be written at the same moment/),
    ]);
  });

  test('a mart or a check that reads events_now, also by a view, and no other query', () => {
    const files = {
      'views/now.sql': '-- now\nSELECT dt, event_id FROM events_now',
      'marts/a.sql': mart('count(*) AS n', 'FROM events_now WHERE dt IN (:days) GROUP BY dt'),
      'checks/c.sql': "-- c\nSELECT 'x' AS rule FROM now WHERE dt IN (:days)",
      'warnings/w.sql': '-- w\nSELECT event_id FROM now WHERE dt IN (:days)',
    };
    const faults = queryFaults(files);
    for (const file of ['checks/c', 'marts/a'])
      expect(faults.join('\n')).toMatch(new RegExp(`^${file}\\.sql.* reads events_now, which changes`, 'm'));
    expect(faults.filter((fault) => fault.includes('reads events_now'))).toHaveLength(2);
  });

  test('a mart or a check that reads live_windows, also by a view, and no other query', () => {
    const files = {
      'views/counted.sql': '-- counted\nSELECT dt, window_start FROM live_windows',
      'marts/a.sql': mart('count(*) AS n', 'FROM live_windows WHERE dt IN (:days) GROUP BY dt'),
      'checks/c.sql': "-- c\nSELECT 'x' AS rule FROM counted WHERE dt IN (:days)",
      'warnings/w.sql': '-- w\nSELECT window_start FROM counted WHERE dt IN (:days)',
    };
    const faults = queryFaults(files);
    for (const file of ['checks/c', 'marts/a'])
      expect(faults.join('\n')).toMatch(
        new RegExp(`^${file}\\.sql.* reads live_windows, which changes`, 'm'),
      );
    expect(faults.filter((fault) => fault.includes('reads live_windows'))).toHaveLength(2);
  });

  test('a clock in a view, told to the mart that reads it and to nobody else', () => {
    const files = {
      'views/recent.sql':
        "-- Recent.\nSELECT source, dt FROM events WHERE dt > date_format(current_date, '%Y-%m-%d')",
      'views/same.sql': '-- Same.\nSELECT * FROM recent',
      'marts/a.sql': mart('count(*) AS n', 'FROM same WHERE dt IN (:days) GROUP BY dt'),
    };
    expect(queryFaults(files)).toEqual([
      expect.stringMatching(
        /^marts\/a\.sql:1:1: It reads the view recent, where \(queries\/views\/recent\.sql:2:\d+\) current_date/,
      ),
    ]);
  });

  test('views in a circle, and macros in a view', () => {
    expect(
      queryFaults({ 'views/a.sql': '-- a\nSELECT * FROM b', 'views/b.sql': '-- b\nSELECT * FROM a' }),
    ).toEqual([
      expect.stringMatching(
        /circle: queries\/views\/a\.sql reads queries\/views\/b\.sql reads queries\/views\/a\.sql/,
      ),
    ]);
    expect(queryFaults({ 'views/a.sql': '-- a\nSELECT dt FROM events WHERE dt IN (:days)' })).toEqual([
      expect.stringMatching(/:2:36: A view belongs to no run/),
    ]);
  });

  test('a check whose first column says nothing, or that reads every day there is', () => {
    expect(queryFaults({ 'checks/c.sql': '-- c\nSELECT count(*) AS n FROM events' })).toEqual([
      expect.stringMatching(/reads events without saying which days/),
      expect.stringMatching(/:2:8: The first column of a check must be text/),
    ]);
  });

  test('names: of tables that are there, of SQL, of the template, of another query, and in capitals', () => {
    const all = mart('count(*) AS n');
    const names = ['events', 'order_completed', 'select', 'ledger', 'Daily', 'a__b', 'raw_events'];
    const files = Object.fromEntries(names.map((name) => [`marts/${name}.sql`, all]));
    expect(queryFaults(files).map((line) => line.split(':')[0])).toEqual(
      names.map((name) => `marts/${name}.sql`).sort(),
    );
    expect(queryFaults({ 'marts/a1.sql': all, 'views/a_1.sql': '-- a\nSELECT dt FROM events' })).toEqual([
      expect.stringMatching(/^views\/a_1\.sql:1:1: Its name is also that of queries\/marts\/a1\.sql/),
    ]);
    const check = "-- c\nSELECT 'x' AS rule FROM events WHERE dt IN (:days)";
    expect(queryFaults({ 'checks/same.sql': check, 'warnings/same.sql': check })).toHaveLength(1);
  });

  test('more SQL than a run has room for', () => {
    const long = mart(`count_if(source = '${'x'.repeat(30_000)}') AS n`);
    const files = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`marts/m${n}.sql`, long]));
    expect(queryFaults(files)).toEqual([
      expect.stringMatching(/more than the 192 KB that the state machine/),
    ]);
  });

  test('what only an engine sees', async () => {
    const folder = projectOf({ 'marts/a.sql': mart('source, count(*) AS n') });
    await expect(checkQueries(folder)).rejects.toThrow(/marts\/a\.sql:1:1: .*GROUP BY/);
  });

  test('all of it at once', () => {
    expect(
      queryFaults({ 'marts/a.sql': mart('x'), 'marts/b.sql': mart('y AS "Y"'), 'checks/c.sql': 'SELECT' }),
    ).toHaveLength(4);
  });
});
