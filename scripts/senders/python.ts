/** What an application in Python does with each library: python.py, in a virtual environment of its own. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { SenderCollector } from './collector.ts';
import { type Row, rowOf, type Send } from './judging.ts';

const run = promisify(execFile);
const VENV = '.headrace/venv-senders';

const versions = {
  'rudder-sdk-python': '2.1.9',
  'segment-analytics-python': '2.4.0',
  'snowplow-tracker': '1.1.0',
  cloudevents: '2.2.0',
} as const;

/** Name in the registry, protocol, and the mode where there are several. */
const senders: readonly (readonly [keyof typeof versions, string, string])[] = [
  ['rudder-sdk-python', 'RudderStack', ''],
  ['segment-analytics-python', 'Segment', ''],
  ['snowplow-tracker', 'Snowplow', 'POST'],
  ['snowplow-tracker', 'Snowplow', 'GET'],
  ['cloudevents', 'CloudEvents', 'binary'],
  ['cloudevents', 'CloudEvents', 'structured'],
  ['cloudevents', 'CloudEvents', 'batched'],
];

const sentSchema = z.object({ ids: z.array(z.string()), order: z.string() });

export const pythonRows = async (collector: SenderCollector): Promise<Row[]> => {
  if (!existsSync(`${VENV}/bin/python`)) execFileSync('python3', ['-m', 'venv', VENV]);
  const wanted = Object.entries(versions).map(([name, version]) => `${name}==${version}`);
  // The library of CloudEvents makes requests, and leaves it to its caller to send them.
  const packages = ['--quiet', '--disable-pip-version-check', 'requests', ...wanted];
  execFileSync(`${VENV}/bin/pip`, ['install', ...packages]);
  const rows: Row[] = [];
  for (const [name, protocol, mode] of senders) {
    const send: Send = async (what) => {
      const asked = ['scripts/senders/python.py', name, mode, collector.url, collector.key, what];
      const { stdout } = await run(`${VENV}/bin/python`, asked, { timeout: 60_000 });
      return sentSchema.parse(JSON.parse(stdout));
    };
    const client = mode === '' ? name : `${name}, ${mode}`;
    rows.push(await rowOf({ client, version: versions[name], protocol, ranIn: 'Python' }, collector, send));
  }
  return rows;
};
