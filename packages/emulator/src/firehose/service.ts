import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject, JsonService } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import type { Kinesis } from '../kinesis/types.ts';
import { describeActions } from './actions/describe.ts';
import { putActions } from './actions/put.ts';
import type { Action, Core } from './core.ts';
import { type DeliverySpec, deliverySpec } from './deliverySpec.ts';
import { DeliveryStore } from './store.ts';

interface FirehoseOptions {
  /** the emulator's database; tables `firehose_*` */
  db: DatabaseSync;
  kinesis: Pick<Kinesis, 'shards' | 'readShard'>;
  now(): number;
}

/** Firehose: the AWS API, and what runs the delivery streams of the template. */
export interface Firehose extends JsonService {
  readonly store: DeliveryStore;
  /** Brings a delivery stream to what its properties say. Throws an Error naming what is not emulated. */
  deploy(name: string, properties: JsonObject): void;
  /** Forgets the delivery streams that are not among these. */
  keep(names: readonly string[]): void;
  specs(): DeliverySpec[];
}

export const firehoseActions: Readonly<Record<string, Action>> = { ...describeActions, ...putActions };

/** Amazon Data Firehose over the emulator's database. */
export const openFirehose = ({ db, kinesis, now }: FirehoseOptions): Firehose => {
  const store = new DeliveryStore(db);
  const core: Core = { store };

  /** "Firehose starts reading data from the LATEST position of your Kinesis stream": once, when it is made. */
  const begin = ({ name, streamArn }: DeliverySpec): void => {
    const limits = { maxRecords: 1, maxBytes: 1 };
    const latest = kinesis.shards(streamArn).map(({ shardId }): [string, string] => {
      const { next } = kinesis.readShard(streamArn, shardId, 'LATEST', limits);
      return [shardId, next];
    });
    store.reach(name, latest);
  };

  return {
    name: 'firehose',
    targetPrefix: 'Firehose_20150804',
    jsonVersion: '1.1',
    store,
    call: async (action, input) => findAction('Firehose', firehoseActions, action)(core, input),
    deploy(name, properties) {
      const config = JSON.stringify(properties);
      const there = store.find(name);
      if (there?.config === config) return;
      const version = (there?.version ?? 0) + 1;
      const spec = deliverySpec(name, version, properties);
      store.put({ name, config, version, createdMs: there?.createdMs ?? now() });
      if (there === undefined) begin(spec);
    },
    keep(names) {
      for (const { name } of store.all()) if (!names.includes(name)) store.remove(name);
    },
    specs: () =>
      store.all().map(({ name, version, config }) => deliverySpec(name, version, JSON.parse(config))),
  };
};
