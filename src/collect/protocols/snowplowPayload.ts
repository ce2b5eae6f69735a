import { parseExactly } from '../../json/exactNumbers.ts';
import { isObject, type JsonObject } from '../../json/parse.ts';

/** Text or a number as text: trackers write all values as text, senders of one's own some as numbers. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' && value !== null && JSON.isRawJSON(value) ? value.rawJSON : undefined;
};

/** Of a time in milliseconds in quotes the number; what is none stays, and is rejected for it. */
export const millisOf = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;

const base64 = /^[\w+/-]*={0,2}$/;

const parsedText = (text: string): unknown => parseExactly(text)?.value;

/** The JSON of a parameter that is text, or (`coded`) text in base64 for URLs. Undefined: it is none, or is no text. */
const jsonOf = (plain: unknown, coded: unknown): unknown => {
  if ((plain ?? '') !== '') return typeof plain === 'string' ? parsedText(plain) : undefined;
  if (typeof coded !== 'string' || !base64.test(coded)) return undefined;
  return parsedText(Buffer.from(coded, 'base64url').toString('utf8'));
};

/** Parameters that hold JSON: the name of the text, and that of the text in base64. */
const nested = [
  ['ue_pr', 'ue_px'],
  ['co', 'cx'],
] as const;

/**
 * A payload with its JSON within: nobody finds personal data in base64. What cannot be read stays as it was sent, and is
 * rejected for it.
 */
export const unpacked = (payload: JsonObject): JsonObject =>
  nested.reduce((made, [plain, coded]) => {
    const json = jsonOf(made[plain], made[coded]);
    if (json === undefined) return made;
    const { [plain]: _plain, [coded]: _coded, ...others } = made;
    return { ...others, [plain]: json };
  }, payload);

/** `{"schema","data"}`: Snowplow says of every such JSON what it is. */
interface SelfDescribing {
  schema: string;
  data: unknown;
}

export const selfDescribing = (value: unknown): SelfDescribing | undefined =>
  isObject(value) && typeof value.schema === 'string'
    ? { schema: value.schema, data: value.data }
    : undefined;

/** `iglu:com.acme/link_click/jsonschema/1-0-1` → `link_click` */
export const schemaName = (schema: string): string | undefined =>
  /^iglu:[\w.-]+\/([\w-]+)\/[\w-]+\/\d+-\d+-\d+$/.exec(schema)?.[1];
