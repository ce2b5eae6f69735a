/**
 * Proves the kits of Zeppelin, Tableau, Sisense and Jupyter on the data of a small demo, with the programs that read them:
 * the notebook runs, and so does the Python of Zeppelin's notes; both show what `headrace query` answers. A Zeppelin imports
 * the notes. Tableau's Document API opens the sources. Sisense's SQL runs on the emulator.
 * `npm run check:kits`. Needs python3 (3.10 to 3.12) with its venv module; for Zeppelin java and Maven, else it is skipped.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { z } from 'zod';
import { runQuery } from '../client/athena.ts';
import { boardsOf, type Chart, chartsOf } from '../kits/charts.ts';
import type { KitFile } from '../kits/file.ts';
import { notebookKit } from '../kits/notebook/kit.ts';
import { sisenseKit } from '../kits/sisense/kit.ts';
import { tableauKit } from '../kits/tableau/kit.ts';
import { type KitTable, kitTables } from '../kits/tables.ts';
import { zeppelinKit } from '../kits/zeppelin/kit.ts';
import { difference } from './kits/compare.ts';
import { type DemoStage, expectedOf, FEW, localPlace, onDemoStage, writeKit } from './kits/demoStage.ts';
import { startZeppelin, zeppelinJars } from './kits/zeppelin/server.ts';
import { run, say } from './programs.ts';

const shownSchema = z.record(
  z.string(),
  z.object({ data: z.array(z.record(z.string(), z.unknown())), drawn: z.boolean() }),
);

const fieldSchema = z.object({
  caption: z.string().nullable(),
  datatype: z.string(),
  role: z.string().nullable(),
  aggregation: z.string().nullable(),
  calculation: z.string().nullable(),
  description: z.string().nullable(),
});

const answerSchema = z.object({
  notebook: shownSchema,
  zeppelin: shownSchema,
  tableau: z.record(
    z.string(),
    z.object({
      caption: z.string(),
      connections: z.array(z.object({ class: z.string(), server: z.string(), database: z.string() })),
      fields: z.record(z.string(), fieldSchema),
    }),
  ),
});

type Answer = z.infer<typeof answerSchema>;

const askPython = async ({ python, folder, env }: DemoStage): Promise<Answer> => {
  writeKit(join(folder, 'notebook'), notebookKit(localPlace, 'shop'));
  writeKit(join(folder, 'zeppelin'), zeppelinKit(localPlace, 'shop'));
  writeKit(join(folder, 'tableau'), tableauKit(localPlace));
  const paths = ['notebook/headrace.ipynb', 'zeppelin/python', 'tableau'].map((path) => join(folder, path));
  const said = await run(python, ['scripts/kits/ask.py', ...paths], env);
  return answerSchema.parse(JSON.parse(said.trim().split('\n').at(-1) ?? ''));
};

/** What differs from the answers of `headrace query`. */
const wrongOf = async (
  { access }: DemoStage,
  program: string,
  charts: readonly Chart[],
  shown: Answer['notebook'],
): Promise<string[]> => {
  const wrong: string[] = [];
  for (const chart of charts) {
    const { sql, answer } = await expectedOf(access, chart);
    const found = shown[chart.name];
    const differs =
      found === undefined ? `${program} has no such chart` : difference(program, found.data, answer);
    if (differs !== '') wrong.push(`${chart.name}: ${differs}\n${sql}`);
    const draws = ['line', 'bar', 'pie'].includes(chart.look) && answer.rows.length > 0;
    if (found !== undefined && draws && !found.drawn) wrong.push(`${chart.name}: nothing is drawn`);
  }
  const filled = Object.values(shown).filter(({ data }) => data.length > 0).length;
  if (filled < FEW) wrong.push(`${program}: only ${filled} charts have rows`);
  say(`${program}: ${charts.length} charts, ${filled} with rows, ${wrong.length} faults`);
  return wrong;
};

const roleOf = ({ sums, distinct }: KitTable, name: string): readonly (string | null)[] => {
  if (sums.includes(name)) return ['measure', 'Sum'];
  return distinct.includes(name) ? ['measure', 'Max'] : [];
};

/** What the Document API did not find as the table has it. */
const wrongSources = (sources: Answer['tableau']): string[] => {
  const tables = kitTables();
  assert.deepEqual(Object.keys(sources).sort(), tables.map(({ name }) => name).sort());
  const connection = {
    class: 'athena',
    server: 'athena.us-east-1.amazonaws.com',
    database: 'AwsDataCatalog',
  };
  const wrong = tables.flatMap((table) => {
    const source = sources[table.name];
    assert.deepEqual(source?.connections, [connection]);
    return table.columns.flatMap(({ name, comment }) => {
      const field = source.fields[`[${name}]`];
      if (field === undefined) return [`${table.name}.${name} is missing`];
      const [role, aggregation] = roleOf(table, name);
      const right =
        field.caption !== null &&
        (role === undefined || (field.role === role && field.aggregation === aggregation)) &&
        (comment === '' || field.description?.includes(comment) === true);
      return right ? [] : [`${table.name}.${name}: ${JSON.stringify(field)}`];
    });
  });
  say(`Tableau's Document API opens ${tables.length} sources; ${wrong.length} faults`);
  return wrong;
};

const noteSchema = z.looseObject({
  name: z.string(),
  paragraphs: z.array(
    z.looseObject({
      title: z.string().optional(),
      text: z.string(),
      config: z.looseObject({ results: z.unknown() }),
    }),
  ),
});

/** What must survive an import. */
const kept = (note: unknown) => {
  const { name, paragraphs } = noteSchema.parse(note);
  // Of the folders in a name the imported note has a path of its own.
  return {
    name: name.split('/').at(-1),
    paragraphs: paragraphs.map(({ title, text, config }) => ({ title, text, config })),
  };
};

const settingSchema = z.looseObject({
  name: z.string(),
  properties: z.record(z.string(), z.looseObject({ value: z.unknown() })),
});

const checkZeppelin = async (folder: string, files: readonly KitFile[]): Promise<void> => {
  const jars = zeppelinJars();
  if (jars === undefined) {
    say('Zeppelin is skipped: it needs java and Maven (mvn).');
    return;
  }
  const zeppelin = await startZeppelin(jars, folder);
  try {
    const notes = files.filter(({ path }) => path.endsWith('.zpln'));
    for (const { content } of notes) {
      const id = z.string().parse(await zeppelin.ask('POST', '/notebook/import', String(content)));
      const note = await zeppelin.ask('GET', `/notebook/${id}`);
      assert.deepEqual(kept(note), kept(JSON.parse(String(content))));
    }
    const setting = String(files.find(({ path }) => path === 'interpreter-athena.json')?.content);
    const taken = settingSchema.parse(await zeppelin.ask('POST', '/interpreter/setting', setting));
    const wanted = settingSchema.parse(JSON.parse(setting));
    assert.equal(taken.name, 'athena');
    for (const [name, { value }] of Object.entries(wanted.properties))
      assert.equal(taken.properties[name]?.value, value, name);
    say(`Zeppelin: ${notes.length} notes and the interpreter's setting are imported as they are`);
  } finally {
    await zeppelin.close();
  }
};

const DAY = 24 * 60 * 60 * 1_000;

/** Sisense's filter `Last 7 Days` put in, as its documentation has it: from the first moment, before the last. */
const withDays = (sql: string): string =>
  sql.replace(
    /\[(CAST\(\w+ AS timestamp\))=daterange_no_tz\]/g,
    (_, column: string) =>
      `${column} >= TIMESTAMP '${dayAt(-6)} 00:00:00' AND ${column} < TIMESTAMP '${dayAt(1)} 00:00:00'`,
  );

const dayAt = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

const askSisense = async ({ access }: DemoStage): Promise<Answer['notebook']> => {
  const shown: Answer['notebook'] = {};
  for (const { content } of sisenseKit(localPlace, 'shop')) {
    const [first = '', ...rest] = String(content).split('\n');
    const { columns, rows } = await runQuery(access, withDays(rest.join('\n')));
    const data = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
    shown[first.replace('-- ', '')] = { data, drawn: true };
  }
  return shown;
};

await onDemoStage('kits', async (stage) => {
  const charts = chartsOf(boardsOf(kitTables(), 'shop'));
  const answer = await askPython(stage);
  stage.after('the notebook and the notes in Python have run');
  await checkZeppelin(join(stage.folder, 'server'), zeppelinKit(localPlace, 'shop'));
  stage.after('Zeppelin has imported');
  const sisense = await askSisense(stage);
  stage.after("Sisense's SQL has run");
  assert.deepEqual(
    [
      ...(await wrongOf(stage, "Sisense's SQL", charts, sisense)),
      ...(await wrongOf(stage, 'The notebook', charts, answer.notebook)),
      ...(await wrongOf(stage, "Zeppelin's Python", charts, answer.zeppelin)),
      ...wrongSources(answer.tableau),
    ],
    [],
  );
  stage.after('compared');
});
