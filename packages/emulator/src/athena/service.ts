import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { DuckDBInstance } from '@duckdb/node-api';
import { createEngine } from 'headrace-trino';
import type { CallContext, JsonObject, JsonService, LocalObjects, Measure, Timer } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { type Access, everybodyMay } from '../iam/authority.ts';
import { permissionsFor } from '../iam/guard.ts';
import { objectsFor } from '../iam/objects.ts';
import type { Permit } from '../iam/types.ts';
import { metadataActions } from './actions/metadata.ts';
import { queryActions } from './actions/queries.ts';
import { resultActions } from './actions/results.ts';
import { workGroupActions } from './actions/workGroups.ts';
import type { AthenaAction, AthenaCore } from './core.ts';
import { GlueCatalog } from './glueShapes.ts';
import { measured } from './metrics.ts';
import { athenaPermissions } from './permissions.ts';
import { Runner } from './runner.ts';
import { History } from './store.ts';
import { WorkGroups } from './workGroups.ts';

interface AthenaOptions {
  store: DatabaseSync;
  /** It is called in the name of whoever calls Athena. */
  glue: JsonService;
  objects: LocalObjects;
  timer: Timer;
  /** What callers may do; default: everything. */
  access?: Access;
  measure?: Measure;
  /** the folder below which the bytes of `objects` lie: queries may read there and nowhere else */
  folder: string;
  /** memory of the engine, as DuckDB writes it */
  memory?: string;
  threads?: number;
}

export interface Athena extends JsonService {
  createWorkGroup(input: JsonObject): void;
  /** Stops what runs and frees the engine. */
  close(): Promise<void>;
}

export const athenaActions: Readonly<Record<string, AthenaAction>> = {
  ...queryActions,
  ...resultActions,
  ...workGroupActions,
  ...metadataActions,
};

/** Athena over DuckDB. The engine starts with the first query. */
export const createAthena = (options: AthenaOptions): Athena => {
  const { store, glue, objects, timer, folder, memory, threads, access = everybodyMay } = options;
  const history = new History(store);
  const workGroups = new WorkGroups(history, () => timer.now());
  const scratch = join(tmpdir(), `emulator-athena-${randomUUID()}`);
  let instance: Promise<DuckDBInstance> | undefined;
  const engine = (): Promise<DuckDBInstance> => {
    instance ??= createEngine({
      folders: [folder, scratch],
      spill: join(scratch, 'spill'),
      ...(memory === undefined ? {} : { memory }),
      ...(threads === undefined ? {} : { threads }),
    });
    return instance;
  };
  const runner = new Runner({
    ...{ engine, history, timer, scratch },
    finished: measured(workGroups, options.measure),
  });
  for (const lost of history.unfinished()) {
    const Status = {
      State: 'FAILED',
      StateChangeReason: 'The emulator ended while the query ran',
      CompletionDateTime: timer.now() / 1000,
    };
    history.update({ ...lost, state: 'FAILED', shown: { ...lost.shown, Status } });
  }
  const permissions = athenaPermissions((id) => history.get(id)?.workGroup);
  const coreFor = (caller: CallContext, permit: Permit | undefined): AthenaCore => ({
    ...{ history, workGroups, runner, permit, now: () => timer.now() },
    catalog: new GlueCatalog(glue, caller),
    objects: objectsFor(objects, permit),
  });
  return {
    name: 'athena',
    targetPrefix: 'AmazonAthena',
    jsonVersion: '1.1',
    call: async (action, input, caller) => {
      const found: AthenaAction = findAction('Athena', athenaActions, action);
      const permit = access.permitOf(caller.accessKeyId);
      permit?.(...permissionsFor(permissions, 'athena', action, input));
      return found(coreFor(caller, permit), input);
    },
    createWorkGroup: (input) => workGroups.create(input),
    close: async () => {
      await runner.close();
      (await instance)?.closeSync();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
};
