import type { DatabaseSync } from 'node:sqlite';
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
import { Engines } from './engine/engines.ts';
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
  limits?: QueryLimits;
}

/** What one query may take. */
export interface QueryLimits {
  /** DuckDB spills to disk what is beyond; default: an eighth of the machine's memory, at most 2 GB */
  memoryBytes?: number;
  /** spilled and written together; default: 10 GB */
  diskBytes?: number;
  /** default: half an hour, Athena's own for DML */
  milliseconds?: number;
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

/** Athena's own default for SELECT, INSERT and UNLOAD. */
const TIME_LIMIT_MS = 30 * 60_000;

/** Athena over DuckDB. Each query runs in a process of its own, which starts when a query needs it. */
export const createAthena = (options: AthenaOptions): Athena => {
  const { store, glue, objects, timer, folder, limits = {}, access = everybodyMay } = options;
  const history = new History(store);
  const workGroups = new WorkGroups(history, () => timer.now());
  const { milliseconds: timeLimit = TIME_LIMIT_MS, ...ofEngine } = limits;
  const engines = new Engines({ folder, ...ofEngine });
  const runner = new Runner({
    ...{ engines, history, timer, timeLimit },
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
      await engines.close();
    },
  };
};
