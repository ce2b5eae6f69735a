import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { openStore } from '../../src/database.ts';
import { openRds } from '../../src/rds/service.ts';
import { cluster, PASSWORD } from './cluster.ts';

/** An emulator's RDS that is killed while its database runs: says the id of the database's process before. */
const [, , dataDir = ''] = process.argv;
const db = openStore(dataDir);
const rds = openRds({ db, dataDir, now: Date.now, masterPassword: () => PASSWORD, say: console.error });
await rds.listen(['Shop']);
rds.deploy('Shop', 'shop-cluster', cluster);
const [found] = rds.databases();
const { port, database, username: user } = found ?? { port: 0, database: '', username: '' };
const client = new Client({ host: '127.0.0.1', port, database, user, password: PASSWORD });
await client.connect();
await client.query('CREATE TABLE of_the_killed AS SELECT 3 AS n');
console.log(readFileSync(`${dataDir}/rds/Shop/data/postmaster.pid`, 'utf8').split('\n')[0]);
process.kill(process.pid, 'SIGKILL');
