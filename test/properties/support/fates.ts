import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { type Ledger, openLedger } from '../../../client/ledger.ts';
import { HeadraceError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { LocalDynamo } from '../../helpers/dynamo.ts';

/**
 * What becomes of a call:
 * - `works`;
 * - `fails`: it has no effect, and the caller is told so;
 * - `answer lost`: it takes effect, and the caller is told that it failed;
 * - `twice`: it takes effect, its answer is lost, and it is made again at once, as the SDK does;
 * - `echo`: it works, and somewhere on the way it is kept and arrives once more, later;
 * - `dies before`, `dies after`: the process ends, without or with the effect.
 */
export const fates = ['works', 'fails', 'answer lost', 'twice', 'echo', 'dies before', 'dies after'] as const;
export type Fate = (typeof fates)[number];

/** Mostly it works. */
export const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('works' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...fates.slice(1)) },
);

export class Death extends Error {}

/** A call of an actor: waits for its turn, then meets its fate. */
export type Gate = <Result>(call: () => Promise<Result>, changes: boolean) => Promise<Result>;

/** Every method through the gate: calls of S3 and Glue, which may change what readers see. */
export const gated = <Port extends object>(port: Port, gate: Gate): Port =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || name === 'uri') return member;
      const changes = !/^(list|read|metadata|partitionLocation)/.test(String(name));
      return (...args: unknown[]) => gate(() => Reflect.apply(member, target, args), changes);
    },
  });

/** The error that AWS's SDK throws when no answer comes; adapters make a Transient of it. */
export const noAnswer = (): Error => Object.assign(new Error('no answer came'), { name: 'TimeoutError' });

/** The same from ports that have no adapter here. */
export const transient = (): Error => new HeadraceError('Transient', 'no answer came');

/**
 * The real adapters on a table of their own, of which every single request goes through the gate: a commit can be cut
 * in the middle.
 */
export type LedgerFor = (gate: Gate | undefined, clock: Clock) => Ledger;

export const ledgersOn = ({ client }: LocalDynamo, table: string): LedgerFor => {
  const { region, credentials, endpoint, requestHandler } = client.config;
  return (gate, clock) => {
    if (gate === undefined) return openLedger(client, table, clock);
    // A client of its own for the middleware; its connections are shared.
    const own = new DynamoDBClient({ region, credentials, ...(endpoint && { endpoint }), requestHandler });
    own.middlewareStack.add(
      (next, context) => (args) => gate(() => next(args), context.commandName === 'UpdateItemCommand'),
      { step: 'initialize' },
    );
    return openLedger(own, table, clock);
  };
};
