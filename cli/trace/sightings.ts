import type { StageAccess } from '../../client/access.ts';
import { type QueryResult, runQuery } from '../../client/athena.ts';
import { queryCost } from '../../client/queryCost.ts';
import { isObject, parseJson } from '../../src/json/parse.ts';
import type { Days } from './days.ts';

/** Rows of raw_events of the id, in one object and of one time of receipt. */
export interface RawSighting {
  source: string;
  partition: string;
  /** of the raw object */
  key: string;
  receivedAt: string;
  eventTime: string;
  eventName: string;
  rows: number;
}

export interface TableSighting {
  source: string;
  partition: string;
  key: string;
  receivedAt: string;
  eventTime: string;
  eventName: string;
  schemaErrors: string[];
}

export interface QuarantineSighting {
  source: string | null;
  day: string;
  /** of the quarantine object */
  key: string;
  receivedAt: string;
  reason: string;
  detail: string;
  /** Kinesis sequence number, or the key of the raw object that a build found it in */
  sequence: string;
}

/** What the queries of one trace have read. */
export interface Scanned {
  queries: number;
  bytes: number;
  /** what Athena bills for them */
  usd: number;
}

/** So many objects that an id is in, or rows of a table, are enough to tell what is wrong with it. */
const LIMIT = 200;

interface Lookup {
  eventId: string;
  source: string | undefined;
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const list = (values: Iterable<string>): string => [...new Set(values)].sort().map(text).join(', ');

const keyOf = (uri: string): string => uri.replace(/^s3:\/\/[^/]+\//, '');
const instant = (timestamp: string): string => `${timestamp.replace(' ', 'T').slice(0, 23)}Z`;

const sameEvent = ({ eventId, source }: Lookup): string =>
  `event_id = ${text(eventId)}${source === undefined ? '' : ` AND source = ${text(source)}`}`;

const within = ({ from, to }: Pick<Days, 'from' | 'to'>): string =>
  `dt BETWEEN ${text(from)} AND ${text(to)}`;

/** Partition columns one by one, so that only these folders are listed and read (and a few more at worst). */
const inHours = (partitions: readonly string[]): string =>
  `dt IN (${list(partitions.map((p) => p.slice(0, 10)))}) AND hr IN (${list(partitions.map((p) => p.slice(11)))})`;

/** Does a rejected text hold this event? A text that is not JSON is taken by the id standing in it, quoted. */
export const holdsEvent = (raw: string, eventId: string): boolean => {
  const value = parseJson(raw)?.value;
  if (!isObject(value)) return raw.includes(JSON.stringify(eventId));
  return [value.event_id, value.messageId, value.id].some((id) => id !== undefined && String(id) === eventId);
};

/** The queries of one trace: they count what they read. */
export class Sightings {
  readonly scanned: Scanned = { queries: 0, bytes: 0, usd: 0 };
  readonly #access: StageAccess;
  readonly #lookup: Lookup;
  readonly #signal: AbortSignal;

  constructor(access: StageAccess, lookup: Lookup, signal: AbortSignal) {
    this.#access = access;
    this.#lookup = lookup;
    this.#signal = signal;
  }

  async inTable(days: Days): Promise<TableSighting[]> {
    const { rows } = await this.#ask(`SELECT source, dt, hr, "$path" AS object,
  event_time, received_at, event_name, array_join(schema_errors, ',') AS schema_errors
FROM events WHERE ${within(days)} AND ${sameEvent(this.#lookup)} LIMIT ${LIMIT}`);
    return rows.map(([source, dt, hr, object, eventTime, receivedAt, eventName, errors]) => ({
      source: source ?? '',
      partition: `${dt}T${hr}`,
      key: keyOf(object ?? ''),
      receivedAt: instant(receivedAt ?? ''),
      eventTime: instant(eventTime ?? ''),
      eventName: eventName ?? '',
      schemaErrors: errors ? errors.split(',') : [],
    }));
  }

  /** In these hours, or in all of these days. */
  async raw(where: readonly string[] | Days): Promise<RawSighting[]> {
    const condition = 'from' in where ? within(where) : inHours(where);
    const { rows } = await this.#ask(`SELECT source, dt, hr, path AS object, received_at,
  min(event_time) AS event_time, min(event_name) AS event_name, count(*) AS rows_found
FROM raw_events WHERE ${condition} AND ${sameEvent(this.#lookup)}
GROUP BY source, dt, hr, path, received_at ORDER BY received_at, object LIMIT ${LIMIT}`);
    return rows.map(([source, dt, hr, object, receivedAt, eventTime, eventName, found]) => ({
      source: source ?? '',
      partition: `${dt}T${hr}`,
      key: keyOf(object ?? ''),
      receivedAt: receivedAt ?? '',
      eventTime: eventTime ?? '',
      eventName: eventName ?? '',
      rows: Number(found),
    }));
  }

  /** A rejected event has no columns: its id is looked for in the text, and then in what the text says. */
  async quarantined(days: Pick<Days, 'from' | 'to'>): Promise<QuarantineSighting[]> {
    const { eventId, source } = this.#lookup;
    const spelled = new Set([eventId, JSON.stringify(eventId).slice(1, -1)]);
    const contains = [...spelled].map((id) => `strpos(raw, ${text(id)}) > 0`).join(' OR ');
    const ofSource = source === undefined ? '' : ` AND (source = ${text(source)} OR source IS NULL)`;
    const { rows } =
      await this.#ask(`SELECT dt, path AS object, source, received_at, reason, detail, sequence, raw
FROM quarantine WHERE ${within(days)} AND (${contains})${ofSource} ORDER BY received_at LIMIT ${LIMIT}`);
    return rows
      .filter((row) => holdsEvent(row[7] ?? '', eventId))
      .map(([day, object, from, receivedAt, reason, detail, sequence]) => ({
        source: from ?? null,
        day: day ?? '',
        key: keyOf(object ?? ''),
        receivedAt: receivedAt ?? '',
        reason: reason ?? '',
        detail: detail ?? '',
        sequence: sequence ?? '',
      }));
  }

  async #ask(sql: string): Promise<QueryResult> {
    const result = await runQuery(this.#access, sql, this.#signal);
    this.scanned.queries += 1;
    this.scanned.bytes += result.bytesScanned;
    this.scanned.usd += queryCost(result.bytesScanned);
    return result;
  }
}
