import { isoDate, isoInstant } from '../times/iso.ts';
import { parseTime } from '../times/parsing.ts';
import { ofTexts, type UserFunction } from './function.ts';

/** Functions that read times out of text. They give microseconds. */
export const times: readonly UserFunction[] = [
  ofTexts('trino_parse_time_as', 4, 'BIGINT', parseTime),
  ofTexts('trino_iso_instant', 2, 'BIGINT', isoInstant),
  ofTexts('trino_iso_date', 1, 'BIGINT', isoDate),
];
