import { instantOf } from '../../json/instants.ts';
import { isObject, type JsonObject } from '../../json/parse.ts';
import type { Draft, DraftOf } from '../canonical.ts';
import { isRejection, type Rejection, rejection } from '../line.ts';
import { eventTold } from './snowplowEvents.ts';
import { millisOf, selfDescribing, textOf, unpacked } from './snowplowPayload.ts';

/** Parameters with a place in the context that other protocols fill, too. */
const pageFields: Readonly<Record<string, string>> = { url: 'url', page: 'title', refr: 'referrer' };
const contextFields: Readonly<Record<string, string>> = {
  ...{ ua: 'userAgent', ip: 'ip', lang: 'locale', tz: 'timezone' },
};

const renamed = (payload: JsonObject, names: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(
    Object.entries(names).flatMap(([parameter, name]) => {
      const value = payload[parameter] ?? '';
      return value === '' ? [] : [[name, value] as const];
    }),
  );

const noContexts = rejection(
  'invalid_event',
  'co or cx must hold contexts: {"schema":"iglu:…","data":[{"schema":"iglu:…","data":{…}}]}',
);

/** The entities of a payload, each with its schema. */
const contextsOf = (payload: JsonObject): unknown[] | undefined | Rejection => {
  if ((payload.co ?? payload.cx ?? '') === '') return undefined;
  const entities = selfDescribing(payload.co)?.data;
  return Array.isArray(entities) ? entities : noContexts;
};

/** Apps have their ids in a context, where web pages have them in parameters. */
const sessionOf = (contexts: readonly unknown[]): JsonObject => {
  const session = contexts.map(selfDescribing).find((entity) => entity?.schema.includes('/client_session/'));
  return isObject(session?.data) ? session.data : {};
};

/** The first of them that says something, and the parameter that does. */
const firstOf = (payload: JsonObject, parameters: readonly string[]): string | undefined =>
  parameters.find((parameter) => textOf(payload[parameter]) !== undefined);

const alwaysUsed = [
  'e',
  'eid',
  'stm',
  'uid',
  'sid',
  'co',
  'cx',
  ...Object.keys({ ...pageFields, ...contextFields }),
];

/** What quarantine has in the place of a write key. */
export const HIDDEN_KEY = '[write key]';

/** The parameters of a payload that are nowhere else in its event: `used` are those that are. */
const otherParameters = (payload: JsonObject, used: readonly (string | undefined)[]): JsonObject => {
  const placed = new Set([...alwaysUsed, ...used]);
  return Object.fromEntries(Object.entries(payload).filter(([parameter]) => !placed.has(parameter)));
};

const contextOf = (payload: JsonObject, snowplow: JsonObject, userAgent: string | undefined): JsonObject => {
  const page = renamed(payload, pageFields);
  return {
    ...(Object.keys(page).length === 0 ? {} : { page }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...renamed(payload, contextFields),
    snowplow,
  };
};

/**
 * `key`: the write key, where the app id is the key: it is no app id then, and is not kept. `userAgent`: what the request
 * says of the browser, for trackers that leave it to the collector.
 */
export const draftOf =
  (key?: string, userAgent?: string): DraftOf =>
  (sent): Draft | Rejection => {
    const payload = unpacked(sent);
    const told = eventTold(payload);
    if (isRejection(told)) return told;
    const contexts = contextsOf(payload);
    if (contexts !== undefined && isRejection(contexts)) return contexts;
    const session = sessionOf(contexts ?? []);
    const [time, person] = [firstOf(payload, ['ttm', 'dtm']), firstOf(payload, ['duid', 'tnuid', 'nuid'])];
    const aid = [key, HIDDEN_KEY].includes(textOf(payload.aid)) ? 'aid' : undefined;
    const snowplow = {
      ...otherParameters(payload, [...told.used, time, person, aid]),
      ...(told.schema === undefined ? {} : { schema: told.schema }),
      ...(contexts === undefined ? {} : { contexts }),
    };
    return {
      id: payload.eid,
      name: told.name,
      time: time === undefined ? undefined : millisOf(payload[time]),
      // `ttm` is the time that the app knows to be true; `dtm` is by the device's clock.
      sentAt: time === 'ttm' ? undefined : instantOf(millisOf(payload.stm)),
      userId: payload.uid,
      anonymousId: person === undefined ? session.userId : payload[person],
      sessionId: textOf(payload.sid) ?? session.sessionId,
      context: contextOf(payload, snowplow, userAgent),
      properties: told.properties,
    };
  };
