import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { mapAtMost } from '../../atMost.ts';
import { HeadraceError } from '../../errors.ts';
import { once } from '../../once.ts';
import * as z from '../../schema.ts';
import { isNamed } from '../failures.ts';

export type Item = Record<string, AttributeValue>;

/**
 * Attributes of an item as DynamoDB answers them, read through a schema. These and all schemas that not every function
 * needs are made on first use, and marked pure: esbuild then leaves out those that a function has no use for.
 */
export const textAttribute = /* @__PURE__ */ once(() =>
  z.pipe(
    z.object({ S: z.string() }),
    z.transform(({ S }) => S),
  ),
);
export const numberAttribute = /* @__PURE__ */ once(() =>
  z.pipe(
    z.object({ N: z.string() }),
    z.transform(({ N }) => Number(N)),
  ),
);
export const textSetAttribute = /* @__PURE__ */ once(() =>
  z.pipe(
    z.object({ SS: z.array(z.string()) }),
    z.transform(({ SS }) => SS),
  ),
);

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** BatchGetItem takes no more keys. */
const GET_BATCH = 100;

/** Rounds of asking again for keys that BatchGetItem left out: it answers at most 16 MB, or less when throttled. */
const GET_ROUNDS = 10;

export interface Update {
  expression: string;
  condition?: string;
  names?: Record<string, string>;
  values?: Item;
  returns?: 'ALL_NEW' | 'UPDATED_OLD';
}

/**
 * The ledger's one table (resources/data/ledger.yml) as its five adapters use it: `2026-11-01T05` is a partition,
 * `day#2026-11-01` a day, `mart#daily_sales#2026-11-01` files of a mart that were replaced, `shape#<event name>` an
 * observed schema, `crawl` the crawls asked for, `timeZone` what the days of marts are of, `archive` and `speed` how
 * far those checks have come. One item a call, so that every change is atomic by itself. Conditions on single items and
 * two sparse indexes of keys are all it needs of DynamoDB: no transactions, no TTL, no streams.
 */
export class LedgerTable {
  readonly #client: DynamoDBClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async get(pk: string): Promise<Item | undefined> {
    const request = { TableName: this.#name, Key: { pk: text(pk) }, ConsistentRead: true };
    return (await this.#client.send(new GetItemCommand(request))).Item;
  }

  /** The items that exist, in the order of `keys`. */
  async getAll(keys: readonly string[]): Promise<Item[]> {
    const batches: string[][] = [];
    for (let start = 0; start < keys.length; start += GET_BATCH)
      batches.push(keys.slice(start, start + GET_BATCH));
    // 4 at a time: a year of hours is 88 batches.
    const items = (await mapAtMost(4, batches, (batch) => this.#getBatch(batch))).flat();
    const byKey = new Map(items.map((item) => [item.pk?.S, item]));
    return keys.map((key) => byKey.get(key)).filter((item) => item !== undefined);
  }

  async #getBatch(keys: string[]): Promise<Item[]> {
    const found: Item[] = [];
    let wanted: Record<string, { Keys: Item[] | undefined; ConsistentRead?: boolean | undefined }> = {
      [this.#name]: { Keys: keys.map((pk) => ({ pk: text(pk) })), ConsistentRead: true },
    };
    for (let round = 0; round < GET_ROUNDS; round++) {
      const answer = await this.#client.send(new BatchGetItemCommand({ RequestItems: wanted }));
      found.push(...(answer.Responses?.[this.#name] ?? []));
      wanted = answer.UnprocessedKeys ?? {};
      if (Object.keys(wanted).length === 0) return found;
    }
    throw new HeadraceError('Throttled', `Table ${this.#name} left keys unread in ${GET_ROUNDS} rounds.`);
  }

  async scan(): Promise<Item[]> {
    const found: Item[] = [];
    const request = { TableName: this.#name, ConsistentRead: true };
    for await (const page of paginateScan({ client: this.#client }, request))
      found.push(...(page.Items ?? []));
    return found;
  }

  /**
   * Creates the item if there is none. The attributes asked for by `returns`; undefined if the condition did not hold.
   */
  async update(pk: string, update: Update): Promise<Item | undefined> {
    const request: UpdateItemCommandInput = {
      TableName: this.#name,
      Key: { pk: text(pk) },
      UpdateExpression: update.expression,
      ConditionExpression: update.condition,
      ExpressionAttributeNames: update.names,
      ExpressionAttributeValues: update.values,
      ReturnValues: update.returns ?? 'NONE',
    };
    try {
      return (await this.#client.send(new UpdateItemCommand(request))).Attributes ?? {};
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) return undefined;
      throw error;
    }
  }

  /**
   * Keys of a sparse index under one hash value, ascending, at most `limit`. An index follows its table with a delay:
   * a key may have left it already, or not have come yet. Each caller says why that does no harm.
   */
  keysOf(index: 'pending' | 'retired', value: string, limit: number): Promise<string[]> {
    return this.#keys(index, value, limit, true);
  }

  /**
   * The same; where there are more than `limit`, half of it are the last ones, from the end, and the rest the first
   * ones. Keys are times: a flood of old ones never keeps the newest waiting, nor the other way round.
   */
  async keysOfBothEnds(
    index: 'pending' | 'retired',
    value: string,
    limit: number,
  ): Promise<{ keys: string[]; more: boolean }> {
    const first = await this.#keys(index, value, limit + 1, true);
    if (first.length <= limit) return { keys: first, more: false };
    const half = Math.floor(limit / 2);
    const last = half === 0 ? [] : await this.#keys(index, value, half, false);
    return { keys: [...new Set([...last, ...first])].slice(0, limit), more: true };
  }

  async #keys(
    index: 'pending' | 'retired',
    value: string,
    limit: number,
    ascending: boolean,
  ): Promise<string[]> {
    const request = {
      TableName: this.#name,
      IndexName: index,
      KeyConditionExpression: '#index = :value',
      ExpressionAttributeNames: { '#index': index },
      ExpressionAttributeValues: { ':value': text(value) },
      ScanIndexForward: ascending,
      Limit: limit,
    };
    const found: string[] = [];
    for await (const page of paginateQuery({ client: this.#client }, request)) {
      for (const item of page.Items ?? []) found.push(textAttribute().parse(item.pk));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }
}
