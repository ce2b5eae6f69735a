import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { freePort } from '../../freePort.ts';

/** A Zeppelin of its own: the server without interpreters, whose API imports notes and settings. */

const POM = 'scripts/kits/zeppelin/pom.xml';

/** Its jars, fetched once; undefined where there is no Java or no Maven. */
export const zeppelinJars = (): string | undefined => {
  const digest = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  const jars = resolve(`.headrace/zeppelin-${digest}`);
  if (spawnSync('java', ['-version']).status !== 0) return undefined;
  if (existsSync(join(jars, 'complete'))) return jars;
  if (spawnSync('mvn', ['-version']).status !== 0) return undefined;
  const goal = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
  execFileSync('mvn', [...goal, `-DoutputDirectory=${jars}`], { stdio: 'inherit' });
  writeFileSync(join(jars, 'complete'), '');
  return jars;
};

/** What the JDBC interpreter says of itself in its own folder; without one, the server takes no setting of it. */
const jdbcInterpreter = [
  {
    ...{ group: 'jdbc', name: 'sql', className: 'org.apache.zeppelin.jdbc.JDBCInterpreter' },
    ...{ defaultInterpreter: true, properties: {}, editor: { language: 'sql' } },
  },
];

export interface Zeppelin {
  /** The body of an answer of its API. */
  ask(method: 'GET' | 'POST', path: string, body?: string): Promise<unknown>;
  close(): Promise<void>;
}

const answerSchema = z.object({ status: z.string(), body: z.unknown() });

const start = (jars: string, home: string, port: number): ChildProcess => {
  for (const folder of ['conf', 'notebook', 'war', 'interpreter/jdbc'])
    mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'interpreter/jdbc/interpreter-setting.json'), JSON.stringify(jdbcInterpreter));
  const log = openSync(join(home, 'log'), 'a');
  return spawn(
    'java',
    [
      ...['--add-opens=java.base/java.lang=ALL-UNNAMED', '--add-opens=java.base/java.util=ALL-UNNAMED'],
      ...['-cp', `${join(home, 'conf')}:${jars}/*`, 'org.apache.zeppelin.server.ZeppelinServer'],
    ],
    {
      cwd: home,
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        ...{ ZEPPELIN_HOME: home, ZEPPELIN_CONF_DIR: join(home, 'conf'), ZEPPELIN_WAR: join(home, 'war') },
        ...{ ZEPPELIN_ADDR: '127.0.0.1', ZEPPELIN_PORT: String(port) },
        ZEPPELIN_INTERPRETER_DIR: join(home, 'interpreter'),
        ZEPPELIN_NOTEBOOK_DIR: join(home, 'notebook'),
      },
    },
  );
};

const PATIENCE_MS = 60_000;

export const startZeppelin = async (jars: string, folder: string): Promise<Zeppelin> => {
  const home = resolve(folder);
  const port = await freePort();
  const server = start(jars, home, port);
  const ended = once(server, 'exit');
  const close = async () => {
    server.kill();
    await ended;
  };
  const api = `http://127.0.0.1:${port}/api`;
  const answers = () =>
    fetch(`${api}/version`).then(
      ({ ok }) => ok,
      () => false,
    );
  const until = Date.now() + PATIENCE_MS;
  while (!(await answers())) {
    if (server.exitCode !== null || Date.now() > until) {
      await close();
      throw new Error(`Zeppelin does not answer:\n${readFileSync(join(home, 'log'), 'utf8').slice(-3000)}`);
    }
    await sleep(200);
  }
  return {
    ask: async (method, path, body) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(api + path, { method, headers, ...(body === undefined ? {} : { body }) });
      const text = await response.text();
      if (!response.ok)
        throw new Error(`Zeppelin: ${method} ${path}: ${response.status} ${text.slice(0, 1000)}`);
      return answerSchema.parse(JSON.parse(text)).body;
    },
    close,
  };
};
