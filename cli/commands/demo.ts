import { type Emulator, startEmulator } from 'headrace-emulator';
import { accessTo, mustBeLocal, type StageAccess } from '../../client/access.ts';
import { noteLastFolder, usableFolder } from '../../client/dataFolders.ts';
import { type ExecutionReport, runExecution } from '../../client/executions.ts';
import { CliError } from '../../client/failure.ts';
import { bytes, count, counted, seconds } from '../../client/format.ts';
import { createWriteKey } from '../../client/keys.ts';
import { waitForConsumers } from '../../client/landing.ts';
import { packageStage } from '../../client/package.ts';
import { comparePostgres, postgresText } from '../../client/postgres.ts';
import { sendBatch } from '../../client/traffic/clients.ts';
import { planTraffic, type TrafficPlan } from '../../client/traffic/plan.ts';
import { isOwnProject, projectFolder } from '../../compiler/folder.ts';
import { HOUR_MS } from '../../src/json/instants.ts';
import type { Command, Invocation } from '../command.ts';
import { showAnswers } from '../demo/answers.ts';
import { archiveLines, readArchive } from '../demo/archive.ts';
import { balance, readNow, readStored, type Told } from '../demo/balance.ts';
import { countsOfWindows, windowLines, windowsText } from '../demo/windows.ts';
import { showEnd, withSteps } from '../steps.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { MAP_UNITS } from './etl.ts';

const usage = `
headrace demo [--events N] [--hours N] [--seed N] [--port N]

The main job, whole, on this machine: packages the project, boots it on a fresh emulator, sends a web
shop's traffic over HTTP, runs the state machine, and asks the tables in SQL. Ends by itself; exit 0 only if the
balance of events holds. The data stays in .headrace/demo (--data DIR: elsewhere), where the other commands find it.

  --events N   distinct valid events (default 20000)
  --hours N    hours they are spread over (default 3)
  --seed N     another seed, other traffic (default 1)
  --port N     port of the emulator (default: any free one)`;

const CLIENTS = 6;

/** How far back views of windows show. */
const WINDOW_VIEW_HOURS = 7 * 24;

export const demo: Command = {
  name: 'demo',
  usage,
  positionals: false,
  options: {
    events: { type: 'string', default: '20000' },
    hours: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    port: { type: 'string', default: '0' },
  },
  run: async (invocation) => {
    const began = Date.now();
    mustBeLocal(invocation, 'demo');
    refuseOwnProject();
    const wanted = wantedOf(invocation);
    const dataDir = usableFolder(invocation.option('data') ?? '.headrace/demo');
    invocation.screen.heading('1. Package the project and boot the package on the emulator');
    const packageDir = await packageStage('local');
    const stage = await startEmulator({
      packageDir,
      dataDir,
      port: wanted.port,
      fresh: true,
      usageFolder: process.env.HEADRACE_IAM_USAGE,
    });
    try {
      noteLastFolder(dataDir);
      invocation.screen.say(
        `The emulator runs at ${stage.endpoint}, ${seconds(Date.now() - began)} after the start.`,
      );
      const access = accessTo('local', { endpoint: stage.endpoint, collector: stage.httpApi, dataDir });
      const document = await runDemo(invocation, wanted, stage, access, began);
      return { ok: document.balanced && document.execution.status === 'SUCCEEDED', document };
    } finally {
      await stage.close();
    }
  },
};

/** Its traffic and its questions are the shop's: in another project it would fail a minute later. */
const refuseOwnProject = (): void => {
  if (isOwnProject())
    throw new CliError(
      `demo shows the shop that ships, and the project is ${projectFolder()}.`,
      'It needs no HEADRACE_PROJECT and no custom.project. `npx headrace up` runs your project.',
    );
};

type Wanted = Record<'events' | 'hours' | 'seed' | 'port', number>;

const wantedOf = (invocation: Invocation): Wanted => ({
  events: wholeNumber(invocation, 'events', 1, 10_000_000),
  // A plan of the state machine takes 500 partitions.
  hours: wholeNumber(invocation, 'hours', 1, 400),
  seed: wholeNumber(invocation, 'seed', 0, Number.MAX_SAFE_INTEGER),
  port: wholeNumber(invocation, 'port', 0, 65_535),
});

const runDemo = async (
  invocation: Invocation,
  { events, hours, seed }: Wanted,
  stage: Emulator,
  access: StageAccess,
  began: number,
) => {
  const { screen, signal } = invocation;
  // The last full hours before now: the collector rejects the future, and partial hours make poor charts.
  const end = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const plan = planTraffic({ seed, events, hours, end });
  screen.heading(
    `2. Send ${counted(events, 'event')} of ${counted(hours, 'hour')} of a web shop, as its clients would`,
  );
  const told = await sendTraffic(invocation, stage, access, plan);
  await waitForConsumers(stage, signal);
  const live = await countsOfWindows(access);
  screen.say(windowsText('before the run', live));
  // Late events are up to 26 hours late; what has no time of its own got the time at which it was received.
  const from = new Date(end - (hours + 26) * HOUR_MS).toISOString();
  const before = await readNow(access, from, new Date().toISOString());
  screen.say(`events_now before the run: ${counted(before.rows, 'event')}.`);
  screen.heading('3. Run the state machine');
  const execution = await withSteps(screen, MAP_UNITS, (onStep) => runExecution(access, {}, onStep, signal));
  showEnd(screen, execution);
  screen.heading('4. The balance of events');
  const stored = await readStored(access, from, new Date().toISOString());
  const built = await countsOfWindows(access);
  const archived = await readArchive(access, new Date(began), signal);
  const sums = { accepted: told.accepted, curated: stored.curated, whole: hours + 26 < WINDOW_VIEW_HOURS };
  const rules = [
    ...balance(told, before, stored),
    ...windowLines(live, built, sums),
    ...archiveLines(archived),
  ];
  for (const { rule, holds } of rules) (holds ? screen.say : screen.warn)(`  ${holds ? '✓' : '✗'} ${rule}`);
  screen.say(
    `  ${counted(stored.partitions, 'partition')}, ${bytes(stored.bytes.rawGz)} raw (gzip) → ${bytes(stored.bytes.parquet)} Parquet`,
  );
  screen.say(`  ${windowsText('after the run', built)}`);
  screen.say(
    '  Speed keeps the minutes in which events of earlier hours came, for two hours: docs/guides/windows.md',
  );
  const postgres = await comparePostgres(access);
  if (postgres !== undefined) screen.say(`  ${postgresText(postgres)}`);
  screen.heading('5. Ask in SQL');
  const query = await showAnswers(access, screen);
  const ms = Date.now() - began;
  screen.say(`\nDone in ${seconds(ms)}. To ask more of this data: npx headrace query "SELECT …"`);
  screen.say('To keep the emulator running: npx headrace up');
  return {
    accepted: told.accepted,
    landed: stored.landed,
    curated: stored.curated,
    now: { before: before.rows, after: stored.now.rows },
    duplicates: stored.duplicates,
    quarantined: stored.quarantined,
    rejected: stored.rejected,
    balanced: rules.every((rule) => rule.holds),
    partitions: stored.partitions,
    bytes: stored.bytes,
    execution: summary(execution),
    query,
    windows: { before: live, after: built },
    archive: archived,
    ...(postgres === undefined
      ? {}
      : { postgres: { rows: postgres.rows, missing: postgres.missing, extra: postgres.extra } }),
    seconds: ms / 1000,
  };
};

const summary = ({ status, states, seconds }: ExecutionReport) => ({ status, states, seconds });

const sendTraffic = async (
  { screen, signal }: Invocation,
  stage: Emulator,
  access: StageAccess,
  plan: TrafficPlan,
): Promise<Told> => {
  const collector = async (source: string) => ({
    url: stage.httpApi,
    writeKey: await createWriteKey(access, source, new Date()),
  });
  const collectors = {
    web: await collector('shop-web'),
    app: await collector('shop-app'),
    till: await collector('shop-till'),
  };
  const total = plan.distinct + plan.repeated + plan.broken;
  const progress = screen.progress('Sending', total, 'events');
  const began = Date.now();
  const told: Told = { accepted: 0, refused: 0, distinct: plan.distinct };
  const queue = plan.batches.values();
  const client = async () => {
    for (const batch of queue) {
      const answer = await sendBatch(collectors, batch, signal);
      told.accepted += answer.accepted;
      told.refused += answer.refused;
      progress.update(told.accepted + told.refused);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client)).finally(progress.stop);
  const ms = Date.now() - began;
  progress.end(
    `${count(told.accepted)} accepted, ${count(told.refused)} rejected in ${count(plan.batches.length)} requests, ${seconds(ms)}`,
  );
  screen.say(
    `Among them ${count(plan.repeated)} sent twice, ${count(plan.late)} late, ${count(plan.broken)} broken.`,
  );
  return told;
};
