import { isoDate, isoInstant } from '../times/iso.ts';
import { parseTime } from '../times/parsing.ts';
import { string, type UserFunction } from './function.ts';

const VARCHAR = 'VARCHAR';

/** Functions that read times out of text. They give microseconds. */
export const times: readonly UserFunction[] = [
  {
    name: 'trino_parse_time_as',
    parameters: [VARCHAR, VARCHAR, VARCHAR, VARCHAR],
    result: 'BIGINT',
    body: (text, format, kind, zone) => parseTime(string(text), string(format), string(kind), string(zone)),
  },
  {
    name: 'trino_iso_instant',
    parameters: [VARCHAR, VARCHAR],
    result: 'BIGINT',
    body: (text, zone) => isoInstant(string(text), string(zone)),
  },
  { name: 'trino_iso_date', parameters: [VARCHAR], result: 'BIGINT', body: (text) => isoDate(string(text)) },
];
