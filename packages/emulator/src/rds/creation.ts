import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { asUser, type User } from './user.ts';

/** What a cluster is created with. */
export interface Master {
  database: string;
  username: string;
  password: string;
}

/** Passwords only, on loopback only: whoever is on this machine is not yet whoever may read the data. */
const HBA = 'host all all 127.0.0.1/32 scram-sha-256\n';

/** Of PostgreSQL itself, as RDS names it. It has no password, so nobody logs in as it. */
const SUPERUSER = 'rdsadmin';

/**
 * Makes the files of a cluster at `folder`, with the master user and its database, unless they are there. They are
 * complete or not there at all: what a killed emulator has left half-way is made anew.
 */
export const createCluster = async (
  folder: string,
  { initdb, postgres }: Binaries,
  user: User | undefined,
  master: Master,
): Promise<void> => {
  if (existsSync(folder)) return;
  const half = `${folder}.new`;
  rmSync(half, { recursive: true, force: true });
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  if (user) chownSync(parent, user.uid, user.gid);
  const settings = ['--encoding=UTF8', '--no-locale', '--no-sync', '--wal-segsize=1'];
  await run([initdb, '-D', half, '-U', SUPERUSER, '--auth=trust', ...settings], user);
  writeFileSync(join(half, 'pg_hba.conf'), HBA);
  await run([postgres, '--single', '-F', '-D', half, 'postgres'], user, statements(master));
  renameSync(half, folder);
};

/** One a line: single-user mode takes each line for a statement. The master is no superuser, as on RDS. */
const statements = ({ database, username, password }: Master): string =>
  [
    'CREATE ROLE rds_superuser NOLOGIN',
    'GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO rds_superuser WITH ADMIN OPTION',
    `CREATE ROLE ${name(username)} LOGIN CREATEDB CREATEROLE PASSWORD ${text(password)}`,
    `GRANT rds_superuser TO ${name(username)}`,
    `CREATE DATABASE ${name(database)} OWNER ${name(username)}`,
    '',
  ].join('\n');

const name = (given: string): string => `"${given.replaceAll('"', '""')}"`;
const text = (given: string): string => `'${given.replaceAll("'", "''")}'`;

/** Throws an Error with what the program said last, when it fails. */
const run = async (command: readonly string[], user: User | undefined, input = ''): Promise<void> => {
  const [program, args, options] = asUser(user, command);
  const child = spawn(program, args, { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    said = (said + part).slice(-2_000);
  });
  // A program that ends early closes its input; what it has to say is on stderr.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const [code] = await once(child, 'close');
  // In single-user mode a statement that fails does not end the program.
  if (code !== 0 || /(ERROR|FATAL): /.test(said))
    throw new Error(`${command[0]} failed: ${said.trim().split('\n').at(-1)}`);
};
