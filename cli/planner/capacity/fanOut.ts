import { assumptions } from '../assumptions.ts';
import type { StageFacts } from '../facts.ts';

/**
 * Consumers that can have a connection of their own (enhanced fan-out), in the order in which they are best given one:
 * docs/decisions/128 and 150. `land` and the archive cannot.
 */
const params: readonly (readonly [consumer: string, param: string])[] = [
  ['windows', 'windowsFanOut'],
  ['postgres', 'postgresFanOut'],
];

/** Whether a consumer that shares a shard needs a connection of its own. */
interface FanOutNeed {
  consumer: string;
  param: string;
  /** of what a shard is written; null where even a full one feeds all that share it */
  fromBytesPerSecond: number | null;
  needed: boolean;
}

/** A consumer that goes leaves more for the others, so the next one needs it later. */
export const fanOutNeeds = ({ shared }: StageFacts['consumers'], mostShardBytes: number): FanOutNeed[] =>
  params
    .filter(([consumer]) => shared.includes(consumer))
    .map(([consumer, param], at) => {
      const enough = assumptions.shardReadBytesPerSecond.value / (shared.length - at);
      const fullIsEnough = enough >= assumptions.bytesPerShardSecond.value;
      return {
        ...{ consumer, param },
        fromBytesPerSecond: fullIsEnough ? null : Math.round(enough),
        needed: mostShardBytes > enough,
      };
    });
