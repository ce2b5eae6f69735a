/**
 * Sends with the real libraries of Segment and RudderStack for Node, Python and Java, and looks at what arrives:
 * `npm run check:senders`, a minute or two. Python's go into .headrace/venv-senders; Java's come by Maven, and are
 * skipped where there is none. With `--write` the table of docs/clients.md is written anew.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { type SenderCollector, startSenderCollector } from './senders/collector.ts';
import { faultsOf, type Row, type Send, sentRow } from './senders/judging.ts';
import { report } from './senders/rows.ts';
import { installedVersion } from './senders/versions.ts';

const run = promisify(execFile);
const HAPPENED = new Date('2026-11-01T10:20:30.400Z');
const order = { order_id: 'O-1', revenue: 49.9, currency: 'EUR' };
/** Of every message. An own id is not in the types of RudderStack's library, but it takes one. */
const message = (messageId: string) => ({ userId: 'u-1', timestamp: HAPPENED, messageId });

const segmentNode =
  ({ url, key }: SenderCollector): Send =>
  async (what) => {
    const client = new Analytics({ writeKey: key, host: url, flushAt: 10, maxRetries: 2 });
    client.on('error', () => {}); // what is given up
    client.track({ ...message('m-order'), event: 'Order Completed', properties: order });
    if (what === 'all') {
      client.identify({ ...message('m-identify'), traits: { plan: 'gold' } });
      client.page({ ...message('m-page'), name: 'Home' });
      client.group({ ...message('m-group'), groupId: 'g-1' });
    }
    await client.closeAndFlush();
  };

const rudderNode =
  ({ url, key }: SenderCollector): Send =>
  async (what) => {
    const client = new RudderAnalytics(key, {
      ...{ dataPlaneUrl: url, flushAt: 10, flushInterval: 100, retryCount: 2, logLevel: 'none' },
      errorHandler: () => {}, // what is given up
    });
    client.track({ ...message('m-order'), event: 'Order Completed', properties: order });
    if (what === 'all') {
      client.identify({ ...message('m-identify'), traits: { plan: 'gold' } });
      client.page({ ...message('m-page'), name: 'Home' });
      client.group({ ...message('m-group'), groupId: 'g-1' });
    }
    await client.flush();
  };

const nodeRows = async (collector: SenderCollector): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const [client, protocol, make] of [
    ['@segment/analytics-node', 'Segment', segmentNode],
    ['@rudderstack/rudder-sdk-node', 'RudderStack', rudderNode],
  ] as const) {
    const send = make(collector);
    const row = await sentRow(
      { client, version: installedVersion(client), protocol, ranIn: 'Node' },
      collector,
      send,
    );
    rows.push({ ...row, faults: await faultsOf(collector, send) });
  }
  return rows;
};

const pythons = { 'rudder-sdk-python': '2.1.9', 'segment-analytics-python': '2.4.0' };

const pythonRows = async (collector: SenderCollector): Promise<Row[]> => {
  const venv = '.headrace/venv-senders';
  if (!existsSync(`${venv}/bin/python`)) execFileSync('python3', ['-m', 'venv', venv]);
  const wanted = Object.entries(pythons).map(([name, version]) => `${name}==${version}`);
  execFileSync(`${venv}/bin/pip`, ['install', '--quiet', '--disable-pip-version-check', ...wanted]);
  const rows: Row[] = [];
  for (const [client, version] of Object.entries(pythons)) {
    const send: Send = async (what) => {
      await run(`${venv}/bin/python`, [
        'scripts/senders/python.py',
        client,
        collector.url,
        collector.key,
        what,
      ]);
    };
    const protocol = client.startsWith('rudder') ? 'RudderStack' : 'Segment';
    const row = await sentRow({ client, version, protocol, ranIn: 'Python' }, collector, send);
    rows.push({ ...row, faults: await faultsOf(collector, send) });
  }
  return rows;
};

/** The class path of Segment's library for Java; undefined where Maven or the library is not to be had. */
const classPath = (): string | undefined => {
  const file = `${process.cwd()}/.headrace/senders-java.txt`;
  mkdirSync('.headrace', { recursive: true });
  const goal = ['-q', '-B', '-f', 'scripts/senders/java/pom.xml', 'dependency:build-classpath'];
  try {
    execFileSync('mvn', [...goal, `-Dmdep.outputFile=${file}`], { stdio: 'ignore', timeout: 300_000 });
  } catch {
    return undefined;
  }
  return readFileSync(file, 'utf8').trim();
};

const javaRows = async (collector: SenderCollector): Promise<Row[]> => {
  const path = classPath();
  if (path === undefined) {
    process.stdout.write(
      "skipped: Segment's library for Java, which needs Java 11, Maven and its usual registry.\n",
    );
    return [];
  }
  const send: Send = async (what) => {
    await run('java', ['-cp', path, 'scripts/senders/java/Sender.java', collector.url, collector.key, what]);
  };
  const about = { client: 'analytics-java', version: '3.5.2', protocol: 'Segment', ranIn: 'Java' };
  return [{ ...(await sentRow(about, collector, send)), faults: await faultsOf(collector, send) }];
};

const collector = await startSenderCollector();
try {
  report([...(await nodeRows(collector)), ...(await pythonRows(collector)), ...(await javaRows(collector))]);
} finally {
  await collector.close();
}
