import { type Lag, lagAt } from '../kinesis/lag.ts';
import type { Kinesis } from '../kinesis/types.ts';
import { createChange } from '../lambda/mappings/change.ts';
import { type DeliveryPorts, runDelivery } from './delivery.ts';
import type { DeliverySpec } from './deliverySpec.ts';

export interface DeliveryStatus {
  name: string;
  streamArn: string;
  /** nothing of its stream waits to be delivered */
  idle: boolean;
  shards: (Lag & { shardId: string; delivered: string | null })[];
}

/** The delivery streams of the emulator, each in a loop of its own. */
export interface Deliveries {
  status(): DeliveryStatus[];
  /** Resolves when all that is in the streams is delivered. Nothing is held back for a fuller object meanwhile. */
  idle(signal?: AbortSignal): Promise<void>;
  /** Stops; what is in the buffers is read again at the next start. */
  stop(): Promise<void>;
}

interface DeliveriesOptions extends Omit<DeliveryPorts, 'kinesis' | 'changed' | 'hurry' | 'signal'> {
  kinesis: DeliveryPorts['kinesis'] & Pick<Kinesis, 'onRecords' | 'holdBack'>;
}

export const startDeliveries = (specs: readonly DeliverySpec[], options: DeliveriesOptions): Deliveries => {
  const { kinesis, store, timer } = options;
  const change = createChange();
  const stopping = new AbortController();
  let waiters = 0;

  const positionOf = ({ name }: DeliverySpec, shardId: string): string => store.position(name, shardId) ?? '';
  const letGo = specs.map((spec) => kinesis.holdBack(spec.streamArn, (shardId) => positionOf(spec, shardId)));
  const ports: DeliveryPorts = {
    ...options,
    store: {
      position: (name, shardId) => store.position(name, shardId),
      reach(name, positions) {
        store.reach(name, positions);
        change.tell();
      },
    },
    changed: () => change.next(stopping.signal),
    hurry: () => waiters > 0,
    signal: stopping.signal,
  };
  const unsubscribe = kinesis.onRecords(change.tell);
  const running = specs.map((spec) => runDelivery(spec, ports));

  const statusOf = (spec: DeliverySpec): DeliveryStatus => {
    const { name, streamArn } = spec;
    const shards = kinesis.shards(streamArn).map(({ shardId }) => {
      const delivered = store.position(name, shardId);
      const shard = { streamArn, shardId, now: timer.now() };
      return {
        shardId,
        ...lagAt(kinesis, shard, delivered ?? 'TRIM_HORIZON'),
        delivered: delivered ?? null,
      };
    });
    return { name, streamArn, idle: shards.every(({ atTip }) => atTip), shards };
  };
  const status = (): DeliveryStatus[] => specs.map(statusOf);

  return {
    status,
    async idle(signal) {
      waiters += 1;
      change.tell();
      try {
        while (status().some(({ idle }) => !idle)) {
          stopping.signal.throwIfAborted();
          await change.next(signal);
          signal?.throwIfAborted();
        }
      } finally {
        waiters -= 1;
      }
    },
    async stop() {
      stopping.abort(new Error('The emulator stops'));
      unsubscribe();
      for (const release of letGo) release();
      change.tell();
      await Promise.all(running);
    },
  };
};
