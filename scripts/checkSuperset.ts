/**
 * Proves the kit of Superset: a real Superset imports the bundle twice, and each chart's data, asked over its API, is
 * what `headrace query` answers. On the data of a small demo, on the emulator. `npm run check:superset`, two minutes.
 * Needs python3 (3.10 to 3.12) with its venv module, and pip's usual index for the first run.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { z } from 'zod';
import type { StageAccess } from '../client/access.ts';
import { boardsOf, type Chart, chartsOf } from '../kits/charts.ts';
import { idOf } from '../kits/place.ts';
import { supersetKit } from '../kits/superset/kit.ts';
import { kitTables } from '../kits/tables.ts';
import { difference } from './kits/compare.ts';
import {
  type DemoStage,
  expectedOf,
  FEW,
  onDemoStage,
  localPlace as place,
  writeKit,
} from './kits/demoStage.ts';
import { run, say } from './programs.ts';

const answerSchema = z.object({
  imports: z.array(z.record(z.string(), z.record(z.string(), z.number()))).length(2),
  dashboards: z.record(z.string(), z.number()),
  charts: z.record(
    z.string(),
    z.object({
      data: z.array(z.record(z.string(), z.unknown())).nullable(),
      query: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
});

type Answer = z.infer<typeof answerSchema>;

const askSuperset = async ({ python, folder, env }: DemoStage): Promise<Answer> => {
  writeKit(folder, supersetKit(place, 'shop'));
  const said = await run(python, ['scripts/superset/ask.py', join(folder, 'headrace.zip')], {
    ...env,
    HEADRACE_SUPERSET_DB: join(process.cwd(), folder, 'superset.db'),
    SUPERSET_CONFIG_PATH: join(process.cwd(), 'scripts/superset/config.py'),
  });
  return answerSchema.parse(JSON.parse(said.trim().split('\n').at(-1) ?? ''));
};

/** Undefined when it is the same. */
const wrongOf = async (
  access: StageAccess,
  chart: Chart,
  { charts }: Answer,
): Promise<string | undefined> => {
  const shown = charts[idOf(place, 'chart', chart.name)];
  if (!shown || shown.error || !shown.data)
    return `${chart.name}: ${shown?.error ?? 'Superset did not answer'}`;
  const { sql, answer } = await expectedOf(access, chart);
  const differs = difference('Superset', shown.data, answer);
  say(`${differs === '' ? 'ok' : 'FAILED'}: ${chart.name}, ${shown.data.length} rows`);
  return differs === '' ? undefined : `${chart.name}: ${differs}\n${shown.query}\n${sql}`;
};

const check = async (access: StageAccess, answer: Answer): Promise<void> => {
  const boards = boardsOf(kitTables(), 'shop');
  const charts = chartsOf(boards);
  assert.deepEqual(answer.imports[1], answer.imports[0], 'The second import makes nothing new.');
  assert.equal(Object.keys(answer.imports[0]?.chart ?? {}).length, charts.length);
  const shown = boards.map(({ slug }) => answer.dashboards[idOf(place, 'dashboard', slug)]);
  assert.deepEqual(
    shown,
    boards.map((board) => chartsOf([board]).length),
    'Each dashboard has its charts.',
  );
  const wrong: string[] = [];
  for (const chart of charts) {
    const found = await wrongOf(access, chart, answer);
    if (found !== undefined) wrong.push(found);
  }
  assert.deepEqual(wrong, []);
  const filled = Object.values(answer.charts).filter(({ data }) => (data ?? []).length > 0);
  assert(filled.length >= FEW, `Only ${filled.length} charts have rows.`);
  say(`${charts.length} charts of Superset show what headrace query answers; ${filled.length} have rows.`);
};

await onDemoStage('superset', async (stage) => {
  const answer = await askSuperset(stage);
  stage.after('imported twice, every chart asked');
  await check(stage.access, answer);
  stage.after('compared');
});
