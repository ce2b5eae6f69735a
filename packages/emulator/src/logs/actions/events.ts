import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { type Action, groupOf, parse } from '../core.ts';
import { filterOf } from '../filterPattern.ts';
import type { LogEvent, LogGroup } from '../store.ts';

/** A page, as AWS cuts it. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1024 * 1024;

const times = {
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  startTime: z.number().min(0).optional(),
  endTime: z.number().min(0).optional(),
  nextToken: z.string().optional(),
  limit: z.int().min(1).max(MOST_EVENTS).default(MOST_EVENTS),
};
const filterInput = z.object({
  ...times,
  filterPattern: z.string().max(1024).default(''),
  logStreamNames: z.array(z.string()).min(1).max(100).optional(),
  logStreamNamePrefix: z.string().optional(),
});
const getInput = z.object({
  ...times,
  logStreamName: z.string(),
  startFromHead: z.boolean().default(false),
});

/** `endTime` is not of the interval in GetLogEvents, and is in FilterLogEvents: so says AWS of each. */
const between =
  (startTime: number | undefined, endTime: number | undefined) =>
  ({ timestamp }: LogEvent): boolean =>
    timestamp >= (startTime ?? 0) && timestamp <= (endTime ?? Number.MAX_SAFE_INTEGER);

/** As many as a page takes. */
const cut = (events: readonly LogEvent[], limit: number): LogEvent[] => {
  let bytes = 0;
  const within = events.slice(0, limit).findIndex(({ message }) => {
    bytes += Buffer.byteLength(message);
    return bytes > MOST_BYTES;
  });
  return events.slice(0, within <= 0 ? limit : within);
};

/** Where the event of an id is; what has been rotated away was before all that is there. */
const placeOf = (events: readonly LogEvent[], id: string): number =>
  events.findIndex((event) => event.id === id);

const wantsStream = (
  { stream }: LogGroup,
  names: readonly string[] | undefined,
  prefix: string | undefined,
): boolean =>
  stream !== undefined &&
  (names === undefined || names.includes(stream.name)) &&
  stream.name.startsWith(prefix ?? '');

const filterLogEvents: Action = (core, input) => {
  const { filterPattern, logStreamNames, logStreamNamePrefix, ...asked } = parse(filterInput, input);
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'Only one of logStreamNames and logStreamNamePrefix may be given.',
    );
  }
  const group = groupOf(core, asked);
  const matches = filterOf(filterPattern);
  const events = core.store.read(group);
  const wanted = wantsStream(group, logStreamNames, logStreamNamePrefix)
    ? events.slice(asked.nextToken === undefined ? 0 : placeOf(events, asked.nextToken) + 1)
    : [];
  const found = wanted
    .filter(between(asked.startTime, asked.endTime))
    .filter(({ message }) => matches(message));
  const page = cut(found, asked.limit);
  return jsonObject({
    events: page.map((event) => filtered(event, group.stream?.name ?? '')),
    searchedLogStreams: [],
    nextToken: page.length < found.length ? page.at(-1)?.id : undefined,
  });
};

const filtered = ({ id, timestamp, message }: LogEvent, logStreamName: string): JsonObject => ({
  ...{ logStreamName, timestamp, message, ingestionTime: timestamp, eventId: id },
});

/** Tokens are `f/` with the last event of a page and `b/` with the first; at an end the same token comes back. */
const getLogEvents: Action = (core, input) => {
  const { logStreamName, startFromHead, nextToken, ...asked } = parse(getInput, input);
  const group = groupOf(core, asked);
  const events = core.store.read(group);
  if (group.stream?.name !== logStreamName || events.length === 0) {
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  }
  const all = events.filter(
    between(asked.startTime, asked.endTime === undefined ? undefined : asked.endTime - 1),
  );
  const [, direction, id = ''] = /^([fb])\/(.*)$/.exec(nextToken ?? (startFromHead ? 'f/' : 'b/')) ?? [];
  if (direction === undefined)
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  const page = direction === 'f' ? after(all, id, asked.limit) : before(all, id, asked.limit);
  return {
    events: page.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
    nextForwardToken: `f/${page.at(-1)?.id ?? id}`,
    nextBackwardToken: `b/${page[0]?.id ?? id}`,
  };
};

const after = (events: readonly LogEvent[], id: string, limit: number): LogEvent[] =>
  cut(events.slice(placeOf(events, id) + 1), limit);

/** The last ones before an event, or of all. */
const before = (events: readonly LogEvent[], id: string, limit: number): LogEvent[] => {
  const end = id === '' ? events.length : Math.max(placeOf(events, id), 0);
  return cut(events.slice(0, end).reverse(), limit).reverse();
};

export const eventActions: Readonly<Record<string, Action>> = {
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
};
