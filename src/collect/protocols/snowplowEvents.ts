import { isObject, type JsonObject } from '../../json/parse.ts';
import { type Rejection, rejection } from '../line.ts';
import { numberOf } from './quotedNumbers.ts';
import { schemaName, selfDescribing, textOf } from './snowplowPayload.ts';

/** What a payload says of its event: name, properties, and the parameters that went into them. */
export interface Told {
  name: unknown;
  properties: JsonObject;
  used: readonly string[];
  /** of a self-describing event */
  schema?: string;
}

interface Kind {
  name: string;
  /** parameters and what they are called among the properties */
  fields: Readonly<Record<string, string>>;
  numbers?: readonly string[];
}

/** By the parameter `e`. Names as in Snowplow's tables, except that a structured event is not called `event` only. */
const kinds: Readonly<Record<string, Kind>> = {
  pp: {
    name: 'page_ping',
    fields: { pp_mix: 'min_x', pp_max: 'max_x', pp_miy: 'min_y', pp_may: 'max_y' },
    numbers: ['pp_mix', 'pp_max', 'pp_miy', 'pp_may'],
  },
  se: {
    name: 'structured_event',
    fields: { se_ca: 'category', se_ac: 'action', se_la: 'label', se_pr: 'property', se_va: 'value' },
    numbers: ['se_va'],
  },
  tr: {
    name: 'transaction',
    fields: {
      ...{ tr_id: 'order_id', tr_af: 'affiliation', tr_tt: 'total', tr_tx: 'tax', tr_sh: 'shipping' },
      ...{ tr_ci: 'city', tr_st: 'state', tr_co: 'country', tr_cu: 'currency' },
    },
    numbers: ['tr_tt', 'tr_tx', 'tr_sh'],
  },
  ti: {
    name: 'transaction_item',
    fields: {
      ...{ ti_id: 'order_id', ti_sk: 'sku', ti_nm: 'name', ti_ca: 'category' },
      ...{ ti_pr: 'price', ti_qu: 'quantity', ti_cu: 'currency' },
    },
    numbers: ['ti_pr', 'ti_qu'],
  },
};

const ofKind = ({ name, fields, numbers = [] }: Kind, payload: JsonObject): Told => {
  const there = Object.entries(fields).filter(([parameter]) => (payload[parameter] ?? '') !== '');
  const members = there.map(([parameter, property]): [string, unknown] => {
    const value = payload[parameter];
    return [property, numbers.includes(parameter) ? numberOf(value) : value];
  });
  return { name, properties: Object.fromEntries(members), used: Object.keys(fields) };
};

const pathOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined;

const withoutNothing = (members: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));

/** Where the page was is in the context of every event; a page view has it among its properties, too. */
const pageView = (payload: JsonObject): Told => {
  const url = textOf(payload.url);
  const page_title = textOf(payload.page);
  const referrer = textOf(payload.refr);
  const properties = withoutNothing({ page_url: url, page_path: pathOf(url), page_title, referrer });
  return { name: 'page_view', properties, used: [] };
};

const noEvent = rejection(
  'invalid_event',
  'ue_pr or ue_px must hold a self-describing event: {"schema":"iglu:vendor/name/jsonschema/1-0-0","data":{…}}',
);

/** The event is wrapped: the outer schema says only that there is one inside. */
const selfDescribed = (payload: JsonObject): Told | Rejection => {
  const event = selfDescribing(selfDescribing(payload.ue_pr)?.data);
  const name = event === undefined ? undefined : schemaName(event.schema);
  if (event === undefined || name === undefined) return noEvent;
  const properties = isObject(event.data) ? event.data : withoutNothing({ data: event.data });
  return { name, properties, used: ['ue_pr', 'ue_px'], schema: event.schema };
};

/** The event of a payload. One of a kind that nobody knows keeps the kind as its name and all its parameters. */
export const eventTold = (payload: JsonObject): Told | Rejection => {
  const { e: kind } = payload;
  if (kind === 'ue') return selfDescribed(payload);
  if (kind === 'pv') return pageView(payload);
  if (typeof kind === 'string' && Object.hasOwn(kinds, kind))
    return ofKind(kinds[kind] ?? { name: kind, fields: {} }, payload);
  return { name: kind, properties: {}, used: [] };
};
