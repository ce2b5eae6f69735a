import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { freePort } from '../freePort.ts';

/** The release that Athena's engine version 3 is compared with, and the Java it needs. */
const VERSION = '476';
const JAVA = 24;

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';

const isJava = (home: string): boolean => {
  const { stderr } = spawnSync(join(home, 'bin/java'), ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0) >= JAVA;
};

const installed = '/usr/lib/jvm';

const findJava = (): string | undefined => {
  const others = existsSync(installed) ? readdirSync(installed).map((name) => join(installed, name)) : [];
  const all = [process.env.JAVA_HOME, ...others].filter((home) => home !== undefined);
  return all.find(isJava);
};

interface Installed {
  java: string;
  home: string;
}

/** Where Trino and its Java are. What is missing is said in one sentence. */
export const install = (folder: string): Installed => {
  const java = findJava();
  const hasMaven = spawnSync('mvn', ['-version']).status === 0;
  if (!java || !hasMaven)
    throw new Error(
      `check:trino needs a JDK of version ${JAVA} or newer (JAVA_HOME names it) and Maven (mvn): Trino ${VERSION} runs on the one and comes through the other. ${java ? 'Maven is missing.' : `No JDK ${JAVA} was found.`}`,
    );
  const home = resolve(folder, `trino-server-${VERSION}`);
  if (!existsSync(join(home, 'plugin/hive'))) fetchServer(folder);
  return { java: join(java, 'bin/java'), home };
};

const run = (program: string, args: readonly string[]): void => {
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
};

const fetchServer = (folder: string): void => {
  process.stdout.write(`Fetching Trino ${VERSION} through Maven: 800 MB, once\n`);
  mkdirSync(folder, { recursive: true });
  const artifact = `io.trino:trino-server:${VERSION}:tar.gz`;
  run('mvn', ['-B', '-q', PLUGIN, `-Dartifact=${artifact}`, `-DoutputDirectory=${resolve(folder)}`]);
  const archive = join(folder, `trino-server-${VERSION}.tar.gz`);
  run('tar', ['-xzf', archive, '-C', folder]);
  rmSync(archive);
  // Only now: the archive's plugins are hard links to each other's files.
  const plugins = join(folder, `trino-server-${VERSION}`, 'plugin');
  for (const name of readdirSync(plugins))
    if (name !== 'hive') rmSync(join(plugins, name), { recursive: true });
};

const properties = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

const answer = z.object({
  nextUri: z.string().optional(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
  data: z.array(z.array(z.json())).optional(),
  error: z.object({ errorName: z.string(), message: z.string() }).optional(),
});
type Answer = z.infer<typeof answer>;

export interface TrinoRows {
  columns: { name: string; type: string }[];
  rows: z.infer<ReturnType<typeof z.json>>[][];
}

export interface Trino {
  /** Runs a statement to its end. Rejects with Trino's own error. */
  query(sql: string, schema?: string): Promise<TrinoRows>;
  close(): Promise<void>;
}

/** The catalog is called as Athena calls Glue's, so that whole names mean the same. */
const CATALOG = 'awsdatacatalog';

/** Writes the configuration: the Hive connector over a metastore in files, and files below `lake`. */
const configure = (folder: string, home: string, lake: string, port: number): void => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'catalog'), { recursive: true });
  writeFileSync(
    join(folder, 'config.properties'),
    properties({
      coordinator: 'true',
      'node-scheduler.include-coordinator': 'true',
      'http-server.http.port': String(port),
      'discovery.uri': `http://127.0.0.1:${port}`,
      'query.max-memory': '1GB',
      'query.max-memory-per-node': '512MB',
      'plugin.dir': join(home, 'plugin'),
      'catalog.config-dir': join(folder, 'catalog'),
    }),
  );
  writeFileSync(join(folder, 'log.properties'), properties({ 'io.trino': 'ERROR' }));
  writeFileSync(
    join(folder, 'catalog', `${CATALOG}.properties`),
    properties({
      'connector.name': 'hive',
      'hive.metastore': 'file',
      'hive.metastore.catalog.dir': 'local:///metastore',
      'fs.native-local.enabled': 'true',
      'local.location': lake,
      'hive.non-managed-table-writes-enabled': 'true',
      'hive.allow-register-partition-procedure': 'true',
      'hive.recursive-directories': 'true',
    }),
  );
};

const start = (java: string, home: string, folder: string): ChildProcess =>
  spawn(
    java,
    [
      ...['-cp', join(home, 'lib/*'), '-Xmx1800M', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
      '--add-modules=jdk.incubator.vector',
      ...['-Dnode.environment=check', '-Dnode.id=check', `-Dnode.data-dir=${folder}`],
      // It listens here and nowhere else.
      ...['-Dnode.bind-ip=127.0.0.1', '-Dnode.internal-address=127.0.0.1'],
      `-Dconfig=${join(folder, 'config.properties')}`,
      `-Dlog.levels-file=${join(folder, 'log.properties')}`,
      'io.trino.server.TrinoServer',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] },
  );

const ask = async (url: string, init?: RequestInit): Promise<Answer> =>
  answer.parse(await (await fetch(url, init)).json());

const queryOn =
  (port: number): Trino['query'] =>
  async (sql, schema = 'default') => {
    const headers = { 'x-trino-user': 'check', 'x-trino-catalog': CATALOG, 'x-trino-schema': schema };
    const result: TrinoRows = { columns: [], rows: [] };
    let page = await ask(`http://127.0.0.1:${port}/v1/statement`, { method: 'POST', body: sql, headers });
    for (;;) {
      if (page.error) throw new Error(`${page.error.errorName}: ${page.error.message}`);
      result.columns = page.columns ?? result.columns;
      result.rows.push(...(page.data ?? []));
      if (page.nextUri === undefined) return result;
      page = await ask(page.nextUri);
    }
  };

const PATIENCE_MS = 180_000;

/** Starts Trino over the files below `lake`; `work` is where it keeps its own. */
export const startTrino = async ({ java, home }: Installed, work: string, lake: string): Promise<Trino> => {
  const port = await freePort();
  configure(work, home, lake, port);
  const child = start(java, home, work);
  const query = queryOn(port);
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  };
  for (const until = Date.now() + PATIENCE_MS; ; ) {
    try {
      await query('SELECT 1');
      return { query, close };
    } catch (cause) {
      if (child.exitCode !== null || Date.now() > until) {
        await close();
        throw new Error('Trino did not start', { cause });
      }
      await sleep(500);
    }
  }
};
