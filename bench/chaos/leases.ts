import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { StageAccess } from '../../client/access.ts';
import { stateMachineArn } from '../../client/executions.ts';
import type { Chance } from '../../client/traffic/random.ts';

/** A quarter of an hour, hurried as the waits of the state machines are (stageProcess.ts). */
const LEASE_MS = 45_000;

/** Of the locks of executions that are over. The others hold up whoever comes next until their lease is over. */
const CUT_SHORT = 0.6;

const LOOK_MS = 500;

interface Lock {
  pk: AttributeValue;
  owner: string;
  until: string;
}

interface Lease {
  sinceMs: number;
  cutShort: boolean;
}

/**
 * Time for the ledger's locks, whose lease would outlast a run. Some of the locks that were left behind (their
 * execution was killed with the stage, or unable to give them back) are ended at once, so that a short run has work to
 * do; all others end when nobody has renewed them for their shorter lease, be their execution over or not.
 */
export class Leases {
  readonly #access: StageAccess;
  readonly #chance: Chance;
  readonly #seen = new Map<string, Lease>();
  readonly ended = { cutShort: 0, ranOut: 0 };

  constructor(access: StageAccess, chance: Chance) {
    this.#access = access;
    this.#chance = chance;
  }

  /** Looks again and again. While the stage is down there is nothing to see. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch(() => undefined);
      await sleep(LOOK_MS);
    }
  }

  /** Ends the leases whose time has come. */
  async look(): Promise<void> {
    const { Items: items = [] } = await this.#access.dynamodb.send(
      new ScanCommand({ TableName: this.#access.ledgerTable }),
    );
    // After the locks: whoever held one then is still among these, unless it is over.
    const running = await this.#running();
    for (const { pk, lock_owner: owner, lock_until: until } of items) {
      if (!pk || !owner?.S || !until?.N || until.N === '0') continue;
      const lock = { pk, owner: owner.S, until: until.N };
      const { sinceMs, cutShort } = this.#leaseOf(lock);
      const isOver = Date.now() - sinceMs > LEASE_MS;
      if (isOver || (cutShort && !running.has(lock.owner)))
        await this.#end(lock, isOver ? 'ranOut' : 'cutShort');
    }
  }

  async #running(): Promise<Set<string | undefined>> {
    const stateMachineArnOfEtl = await stateMachineArn(this.#access, this.#access.stateMachine);
    const { executions = [] } = await this.#access.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: stateMachineArnOfEtl, statusFilter: 'RUNNING' }),
    );
    return new Set(executions.map(({ name }) => name));
  }

  /** A lock that is renewed is another one. */
  #leaseOf({ pk, owner, until }: Lock): Lease {
    const key = JSON.stringify([pk, owner, until]);
    const known = this.#seen.get(key);
    if (known) return known;
    const lease = { sinceMs: Date.now(), cutShort: this.#chance.happens(CUT_SHORT) };
    this.#seen.set(key, lease);
    return lease;
  }

  async #end({ pk, owner, until }: Lock, how: 'cutShort' | 'ranOut'): Promise<void> {
    try {
      await this.#access.dynamodb.send(
        new UpdateItemCommand({
          TableName: this.#access.ledgerTable,
          Key: { pk },
          UpdateExpression: 'SET lock_until = :over',
          ConditionExpression: 'lock_owner = :owner AND lock_until = :until',
          ExpressionAttributeValues: {
            ':over': { N: '0' },
            ':owner': { S: owner },
            ':until': { N: until },
          },
        }),
      );
      this.ended[how] += 1;
    } catch (error) {
      // Given back or renewed since we looked.
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    }
  }
}
