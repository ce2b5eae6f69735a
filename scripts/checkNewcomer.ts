/**
 * Proves that a use case is a file: in a copy of the last commit, one event file and one mart file are added and
 * nothing else is touched. Then it is packaged, events are sent, a run is made, and the new view and the new mart are
 * asked. The same with a project outside of the copy, as `headrace init` makes it: of the copy nothing is touched at
 * all.
 * `npm run check:newcomer`; four minutes. With `-- --tests` the copy's whole `npm test` as well.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Nothing that the shop has, and each kind of place that a column can be read from. */
const eventFile = `description: A meter was read
columns:
  meter_id:
    type: string
    description: Serial number of the meter
    from: [meter_id, meter.id]
  usage_kwh:
    type: decimal(12,3)
    description: Kilowatt hours since the reading before
  read_on:
    type: date
    description: Day of the reading, where the meter is
  firmware:
    type: string
    description: Version of the meter's software
    from: context.device.version
`;

const martFile = `-- Energy per day and meter.
SELECT
  meter_id, -- Serial number of the meter
  count(*) AS readings, -- Number of readings
  sum(usage_kwh) AS usage_kwh, -- Kilowatt hours
  dt
FROM meter_read
WHERE dt IN (:days)
GROUP BY meter_id, dt
`;

const DAY = '2026-11-01';

const reading = (id: string, properties: object) =>
  JSON.stringify({
    event_id: id,
    event_name: 'meter_read',
    event_time: `${DAY}T05:00:00.000Z`,
    context: { device: { version: '1.4' } },
    properties,
  });

const events = [
  reading('r-1', { meter_id: 'm-1', usage_kwh: 0.1, read_on: DAY }),
  reading('r-2', { meter: { id: 'm-1' }, usage_kwh: 0.2, read_on: DAY }),
  reading('r-3', { meter_id: 'm-2', usage_kwh: 1.5, read_on: 'yesterday' }),
];

const rows = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });

/** The quick ones of the tests that read events/ or queries/, or what is derived from them. */
const tests = [
  'test/architecture',
  ...['compiler', 'docs', 'etl', 'events', 'functions', 'tables'].map((room) => `test/${room}/`),
];

const { values: options } = parseArgs({ options: { tests: { type: 'boolean', default: false } } });
const scratch = mkdtempSync(join(tmpdir(), 'newcomer-'));
const copy = join(scratch, 'headrace');
const own = join(scratch, 'telemetry');
// On a build server packaging would refuse to add the new columns to the lock; a newcomer's machine is none.
const { CI: _, HEADRACE_TALLY: __, HEADRACE_PROJECT: ___, ...env } = process.env;

/** Where commands run: in the copy, on a project, with data of its own. */
interface Place {
  env: NodeJS.ProcessEnv;
  data: readonly string[];
}
const shop: Place = { env, data: ['--data', join(scratch, 'data')] };
/** Without a word it keeps its data in itself. */
const project: Place = { env: { ...env, HEADRACE_PROJECT: own }, data: [] };

const run = (place: Place, command: string, ...args: string[]): string => {
  process.stderr.write(`> ${[command, ...args].join(' ')}\n`);
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return execFileSync(command, args, { cwd: copy, env: place.env, encoding: 'utf8', stdio: [...stdio] });
};
const headrace = (place: Place, ...args: string[]) =>
  run(place, process.execPath, 'bin/headrace.mjs', ...args);
const ask = (place: Place, sql: string) =>
  rows.parse(JSON.parse(headrace(place, 'query', sql, '--json', ...place.data))).rows;

/** Packages for prod, and looks for what must be in the template. */
const packages = (place: Place, ...needed: string[]): void => {
  const folder = run(place, 'npm', 'run', '--silent', 'package').trim();
  const template = readFileSync(join(copy, folder, 'cloudformation-template-update-stack.json'), 'utf8');
  for (const text of needed) assert(template.includes(text), `The template has no ${text}.`);
};

/** Boots the stage for as long as `work` takes. */
const withStage = async (place: Place, work: () => void): Promise<void> => {
  const args = ['bin/headrace.mjs', 'up', '--port', '0', '--json', ...place.data];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, args, { cwd: copy, env: place.env, stdio: [...stdio] });
  const exit = once(child, 'exit');
  try {
    const isUp = await Promise.race([once(child.stdout, 'data').then(() => true), exit.then(() => false)]);
    assert(isUp, 'The stage did not start.');
    work();
  } finally {
    child.kill('SIGINT');
    await exit;
  }
};

const addFiles = (): void => {
  execFileSync('git', ['clone', '--quiet', root, copy]);
  // The links to the packages are relative: they lead to those of the copy.
  cpSync(join(root, 'node_modules'), join(copy, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(copy, 'events/meter_read.yml'), eventFile);
  writeFileSync(join(copy, 'queries/marts/energy_per_day.sql'), martFile);
  writeFileSync(join(scratch, 'events.ndjson'), `${events.join('\n')}\n`);
};

const sendAndAsk = (): void => {
  headrace(shop, 'send', join(scratch, 'events.ndjson'), '--json', ...shop.data);
  headrace(shop, 'etl', '--json', ...shop.data);
  assert.deepEqual(
    ask(
      shop,
      `SELECT event_id, meter_id, CAST(usage_kwh AS varchar) AS usage_kwh, CAST(read_on AS varchar) AS read_on, firmware, array_join(schema_errors, ' ') AS wrong FROM meter_read WHERE dt = '${DAY}' ORDER BY event_id`,
    ),
    [
      { event_id: 'r-1', meter_id: 'm-1', usage_kwh: '0.100', read_on: DAY, firmware: '1.4', wrong: null },
      { event_id: 'r-2', meter_id: 'm-1', usage_kwh: '0.200', read_on: DAY, firmware: '1.4', wrong: null },
      {
        event_id: 'r-3',
        meter_id: 'm-2',
        usage_kwh: '1.500',
        read_on: null,
        firmware: '1.4',
        wrong: 'read_on',
      },
    ],
  );
  assert.deepEqual(
    ask(
      shop,
      `SELECT meter_id, readings, CAST(usage_kwh AS varchar) AS usage_kwh, dt FROM energy_per_day ORDER BY meter_id`,
    ),
    [
      { meter_id: 'm-1', readings: 2, usage_kwh: '0.300', dt: DAY },
      { meter_id: 'm-2', readings: 1, usage_kwh: '1.500', dt: DAY },
    ],
  );
};

/** In the copy: one event file and one mart file. */
const twoFiles = async (): Promise<void> => {
  packages(shop, 'EnergyPerDayTable', 'MeterReadView', '}/energy_per_day"');
  await withStage(shop, sendAndAsk);
  for (const told of [headrace(shop, 'marts', 'list'), headrace(shop, 'cost', '--json')])
    assert(told.includes('energy_per_day'), 'marts list and cost name the new mart.');
  run(shop, 'npm', 'test', '--silent', ...(options.tests ? [] : ['--', ...tests]));
};

const filesOfProject = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(own, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('.headrace') && statSync(join(own, path)).isFile())
      .map((path) => [path, readFileSync(join(own, path), 'utf8')]),
  );

const sendAndAskProject = (): void => {
  headrace(project, 'send', join(own, 'samples/readings.ndjson'), '--json');
  headrace(project, 'etl', '--json');
  assert.deepEqual(
    ask(
      project,
      `SELECT event_id, device_id, CAST(temperature AS varchar) AS temperature, firmware FROM device_reading WHERE dt = '${DAY}' ORDER BY event_id`,
    ),
    [
      { event_id: 'r-1', device_id: 'd-1', temperature: '21.50', firmware: '2.1' },
      { event_id: 'r-2', device_id: 'd-1', temperature: '23.25', firmware: '2.1' },
      { event_id: 'r-3', device_id: 'd-2', temperature: '-3.00', firmware: null },
    ],
  );
  assert.deepEqual(
    ask(project, 'SELECT device_id, readings, last_battery, dt FROM daily_readings ORDER BY device_id'),
    [
      { device_id: 'd-1', readings: 2, last_battery: 79, dt: DAY },
      { device_id: 'd-2', readings: 1, last_battery: 14, dt: DAY },
    ],
  );
};

/** Outside of the copy: a project of its own, which is not a shop. */
const ownProject = async (): Promise<void> => {
  headrace(shop, 'init', own);
  const files = filesOfProject();
  packages(project, 'DailyReadingsTable', 'DeviceReadingView', '}/daily_readings"');
  await withStage(project, sendAndAskProject);
  headrace(project, 'test');
  assert(headrace(project, 'cost', '--json').includes('daily_readings'), 'cost names its mart.');
  assert.deepEqual(filesOfProject(), files);
};

const touched = (): string[] => run(shop, 'git', 'status', '--porcelain').trimEnd().split('\n');

try {
  addFiles();
  await twoFiles();
  const ofTwoFiles = [
    ' M events/columns.lock.json',
    '?? events/meter_read.yml',
    '?? queries/marts/energy_per_day.sql',
  ];
  assert.deepEqual(touched(), ofTwoFiles);
  await ownProject();
  assert.deepEqual(touched(), ofTwoFiles);
  process.stdout.write(
    'One event file and one mart file, and a project of its own: packaged, filled, asked and tested, nothing else touched.\n',
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
