import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import type { QueryService } from '../endpoint/types.ts';
import { logFileOf, logFolder } from '../logs/files.ts';
import { describeActions } from './actions/describe.ts';
import { findBinaries } from './binaries.ts';
import { type ClusterSpec, clusterSpec } from './clusterSpec.ts';
import type { Action, Cluster, Core } from './core.ts';
import { Front, type MeddleWithDatabase } from './front.ts';
import { rdsPermissions } from './permissions.ts';
import { clusterFolder, PostgresServer } from './server.ts';
import { ClusterStore } from './store.ts';

interface RdsOptions {
  /** the emulator's database; table `rds_cluster` */
  db: DatabaseSync;
  dataDir: string;
  now(): number;
  /** The password of the cluster's master user, from the secret that is made for it where there is none yet. */
  masterPassword(spec: ClusterSpec): string;
  meddle?: MeddleWithDatabase | undefined;
  /** says a sentence to whoever runs the emulator */
  say(sentence: string): void;
}

/** A database of the template, for whoever runs the emulator. */
export interface Database extends Cluster {
  /** Cuts all connections, and each that comes until `bringBack`. */
  takeAway(): void;
  bringBack(): void;
  /** Kills the database in the middle of whatever it does. The next connection starts it again. False if it did not run. */
  crash(): Promise<boolean>;
}

/** RDS: the API, and a PostgreSQL of this machine for each cluster of the template. */
export interface Rds extends QueryService {
  /** Opens the addresses of clusters, by their logical ids, before their templates are resolved. Gives the ports. */
  listen(ids: readonly string[]): Promise<Record<string, number>>;
  /** Tells what a cluster is. Throws an Error naming what is not emulated. */
  deploy(id: string, name: string, properties: JsonObject): void;
  databases(): Database[];
  close(): Promise<void>;
}

export const rdsActions: Readonly<Record<string, Action>> = { ...describeActions };

/** RDS over files of the data folder. Clusters of the template answer on addresses of their own. */
export const openRds = ({
  db,
  dataDir,
  now,
  masterPassword,
  meddle = () => undefined,
  say,
}: RdsOptions): Rds => {
  const store = new ClusterStore(db);
  const fronts = new Map<string, Front>();
  const clusters = new Map<string, Cluster>();
  const servers = new Map<string, PostgresServer>();
  const core: Core = { clusters: () => [...clusters.values()] };
  const sayOnce = once(say);

  const start = async (id: string): Promise<number> => {
    const server = servers.get(id);
    if (server === undefined) throw new Error('the emulator is still booting');
    return server.start();
  };

  const listen = async (id: string): Promise<[string, number]> => {
    const known = store.find(id);
    const front = new Front({
      port: known?.port ?? 0,
      start: () => start(id),
      meddle,
      onError: (error) => sayOnce(`The database ${id} does not run: ${messageOf(error)}.`),
    });
    await front.listen();
    fronts.set(id, front);
    store.put({ id, port: front.port, createdMs: known?.createdMs ?? now() });
    return [id, front.port];
  };

  return {
    name: 'rds',
    version: '2014-10-31',
    permissions: rdsPermissions,
    call: (action, fields) => findAction('RDS', rdsActions, action)(core, fields),
    listen: async (ids) => Object.fromEntries(await Promise.all(ids.map(listen))),
    deploy(id, name, properties) {
      const spec = clusterSpec(name, properties);
      const port = fronts.get(id)?.port ?? 0;
      clusters.set(id, {
        ...spec,
        id,
        host: '127.0.0.1',
        port,
        createdMs: store.find(id)?.createdMs ?? now(),
      });
      servers.set(
        id,
        new PostgresServer({
          folder: clusterFolder(dataDir, id),
          logFile: join(logFolder(dataDir), logFileOf(name)),
          master: { ...spec, password: spec.password ?? masterPassword(spec) },
        }),
      );
      findBinaries().catch((error) => sayOnce(`The database ${id} does not run: ${messageOf(error)}.`));
    },
    databases: () =>
      core.clusters().map((cluster) => ({
        ...cluster,
        takeAway: () => fronts.get(cluster.id)?.takeAway(),
        bringBack: () => fronts.get(cluster.id)?.bringBack(),
        crash: async () => (await servers.get(cluster.id)?.crash()) ?? false,
      })),
    async close() {
      await Promise.all([...fronts.values()].map((front) => front.close()));
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
};

/** Says each sentence once. */
const once = (say: (sentence: string) => void): ((sentence: string) => void) => {
  const said = new Set<string>();
  return (sentence) => {
    if (!said.has(sentence)) say(sentence);
    said.add(sentence);
  };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
