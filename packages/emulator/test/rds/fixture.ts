import { afterEach } from '@jest/globals';
import { Client } from 'pg';
import { openStore } from '../../src/database.ts';
import type { MeddleWithDatabase } from '../../src/rds/front.ts';
import { type Database, openRds } from '../../src/rds/service.ts';
import { cluster, PASSWORD } from './cluster.ts';

interface Options {
  dataDir: string;
  properties?: Record<string, string | boolean>;
  meddle?: MeddleWithDatabase;
}

/** Opens RDS with one cluster, and clients of it; all is closed after the test. */
export const eachRds = () => {
  const open: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });
  const start = async ({ dataDir, properties = cluster, meddle }: Options) => {
    const db = openStore(dataDir);
    const said: string[] = [];
    const rds = openRds({
      ...{ db, dataDir, meddle, now: () => Date.UTC(2026, 10, 1) },
      masterPassword: () => PASSWORD,
      say: (sentence) => said.push(sentence),
    });
    let closed = false;
    const close = async (): Promise<void> => {
      if (closed) return;
      closed = true;
      await rds.close();
      db.close();
    };
    open.push({ close });
    await rds.listen(['Shop']);
    rds.deploy('Shop', 'shop-cluster', properties);
    const [database] = rds.databases();
    if (database === undefined) throw new Error('there is no database');
    return { rds, database, said, close };
  };
  return {
    start,
    async login({ port, database, username: user }: Pick<Database, 'port' | 'database' | 'username'>) {
      const client = new Client({ host: '127.0.0.1', port, database, user, password: PASSWORD });
      client.on('error', () => {});
      await client.connect();
      open.push({ close: () => client.end().catch(() => {}) });
      return client;
    },
  };
};
