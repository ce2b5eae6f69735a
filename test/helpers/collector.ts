import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { accept } from '../../src/collect/accepting.ts';
import { type Collected, type Collecting, collect } from '../../src/collect/collecting.ts';
import type { CollectorRequest, Protocol } from '../../src/collect/request.ts';
import { clientFamilies } from '../../src/collect/routes.ts';
import { HeadraceError } from '../../src/errors.ts';
import {
  type CanonicalEvent,
  canonicalEvent,
  type RejectedLine,
  rejectedLine,
} from '../../src/events/envelope.ts';
import type { EventStream, StreamRecord, WriteKeys } from '../../src/ports/collect.ts';
import { fixedClock } from './fakes.ts';

/** Every protocol by its method and path, told of no event types. */
export const protocols = (): Map<string, Protocol> =>
  new Map(
    clientFamilies(new Set())
      .flatMap(({ routes }) => routes)
      .flatMap(({ at, takes }) => ('page' in takes ? [] : [[at, takes] as const])),
  );

export const RECEIVED_AT = '2026-11-01T12:00:00.000Z';
export const KEY = 'wk_shop';

export interface FakeStream extends EventStream {
  /** records taken, in the order they were */
  readonly taken: StreamRecord[];
  /** sizes of the calls made */
  readonly calls: number[];
  /** every line taken, parsed by the schemas of the contract: fails on any that is neither */
  lines(): (CanonicalEvent | RejectedLine)[];
  events(): CanonicalEvent[];
  refused(): RejectedLine[];
  text(): string;
}

/** What one PutRecords call does: an error code for each record that fails, undefined for one taken; or it throws. */
export type Plan = (records: readonly StreamRecord[], call: number) => (string | undefined)[];

const takeAll: Plan = (records) => records.map(() => undefined);

export const createFakeStream = (plan: Plan = takeAll): FakeStream => {
  const taken: StreamRecord[] = [];
  const calls: number[] = [];
  const text = (): string => taken.map(({ data }) => Buffer.from(data).toString('utf8')).join('');
  const lines = (): (CanonicalEvent | RejectedLine)[] =>
    text()
      .split('\n')
      .slice(0, -1)
      .map((line) => z.union([canonicalEvent(), rejectedLine()]).parse(JSON.parse(line)));
  return {
    taken,
    calls,
    text,
    lines,
    events: () => lines().filter((line) => 'event_id' in line),
    refused: () => lines().filter((line) => 'refused' in line),
    async put(records) {
      calls.push(records.length);
      const codes = plan(records, calls.length - 1);
      return records.map((record, index) => {
        const errorCode = codes[index];
        if (errorCode !== undefined) return { taken: false, errorCode };
        taken.push(record);
        return { taken: true, record: `shardId-000000000000:${taken.length}` };
      });
    },
  };
};

export const fakeKeys: WriteKeys = {
  async sourceOf(key) {
    if (key === 'wk_broken') throw new HeadraceError('Transient', 'the table is away');
    return key === KEY ? 'shop' : undefined;
  },
};

export interface RequestParts {
  body?: unknown;
  headers?: Record<string, string>;
  /** write key in the Authorization header; null for none */
  key?: string | null;
  gzip?: boolean;
  query?: URLSearchParams;
  /** handed over as text, whatever its bytes are, as API Gateway does by the content type alone */
  asText?: boolean;
}

/** Bodies that are neither text nor bytes are sent as JSON. */
const collectorRequest = ({
  body = '',
  headers = {},
  key = KEY,
  gzip = false,
  asText = false,
  query = new URLSearchParams(),
}: RequestParts): CollectorRequest => {
  const bytes =
    body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const basic = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const sent = gzip ? gzipSync(bytes) : bytes;
  return {
    headers: new Map([
      ...(key === null ? [] : [['authorization', basic] as const]),
      ['content-length', String(sent.length)],
      ...Object.entries(headers),
    ]),
    body: asText ? Buffer.from(sent).toString('utf8') : sent,
    query,
  };
};

export interface Sent {
  collected: Collected;
  status: number;
  /** the answer's body, parsed where it is JSON */
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape, compared whole by the tests
  body: any;
  stream: FakeStream;
}

/** Sends one request through the whole collector, with time standing still at RECEIVED_AT and ids counted up. */
export const send = async (
  protocol: Protocol,
  parts: RequestParts,
  stream = createFakeStream(),
  more: Partial<Collecting> = {},
): Promise<Sent> => {
  let ids = 0;
  let now = 0;
  const collected = await collect(collectorRequest(parts), protocol, {
    keys: fakeKeys,
    accept: (lines) =>
      accept(lines, {
        stream,
        now: () => now,
        sleep: async (ms) => {
          now += ms;
        },
        random: () => 1 - Number.EPSILON,
      }),
    clock: fixedClock(RECEIVED_AT),
    newId: () => `id-${++ids}`,
    ...more,
  });
  const { status, body, headers } = collected.answer;
  const isJson = headers['content-type'] === 'application/json';
  return { collected, status, body: isJson ? JSON.parse(body) : body, stream };
};
