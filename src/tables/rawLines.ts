import { MAX_ID_LENGTH, MAX_NAME_LENGTH } from '../events/envelope.ts';
import { cutLine } from './cutLine.ts';
import { lineHead } from './eventLine.ts';
import { envelopeColumns } from './tables.ts';

/**
 * Trino's SQL that makes rows of raw lines: of those that a build takes, and of no other
 * (src/build/engine/exactLines.ts).
 * A line that cannot be cut at the collector's keys is not one of land's, and stays to the build.
 */

const scalar = (name: string): string => `json_extract_scalar(line,'$.${name}')`;

/** Two objects with a comma between them would be two elements; what is not JSON gives NULL. */
const isOneObject = (text: string): string =>
  `starts_with(${text},'{') AND json_array_length('['||${text}||']')=1`;

/** Half a character, escaped: no Parquet string can hold it. */
const hasLoneSurrogate = String.raw`(strpos(line,'\ud')>0 OR strpos(line,'\uD')>0) AND regexp_like(regexp_replace(replace(line,'\\',''),'\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}',''),'\\u[dD][89a-fA-F]')`;

const timestamp = (text: string): string => `TRY_CAST(replace(substr(${text},1,23),'T',' ') AS timestamp(3))`;

/** Reading the last key has gone through the whole line: what is not JSON gives NULL. */
const isEvent = [
  isOneObject('context'),
  isOneObject('properties'),
  'schema_version IS NOT NULL',
  `length(event_id)<=${MAX_ID_LENGTH}`,
  `length(event_name)<=${MAX_NAME_LENGTH}`,
  `starts_with(event_time,dt||'T'||hr||':')`,
  `${timestamp('event_time')} IS NOT NULL`,
  `${timestamp('received_at')} IS NOT NULL`,
  'line=from_utf8(to_utf8(line))',
  `NOT (${hasLoneSurrogate})`,
].join(' AND ');

const read = [...lineHead, 'schema_version'];

/** What `sent_` does not hold: what an event is known by, and what typing finds. */
const notSent = ['event_id', 'source', 'schema_errors'];

const sent = envelopeColumns
  .filter(({ name }) => !notSent.includes(name))
  .map(({ name, type }) =>
    type === 'timestamp' ? [name, 'timestamp(3)', timestamp(name)] : [name, 'varchar', name],
  );

export const sentType = `ROW(${sent.map(([name, type]) => `${name} ${type}`).join(',')})`;

/** dt, hr, source and event_id of each line that is an event, and the rest of it as `sent_`. `where`: of which days. */
export const rawEvents = (where: string): string => {
  const cut = cutLine(
    `SELECT line,dt,hr FROM raw_lines WHERE ${where}`,
    read.map((name) => [name, scalar(name)] as const),
  );
  return `SELECT dt,hr,source,event_id,CAST(ROW(${sent.map(([, , sql]) => sql).join(',')}) AS ${sentType}) sent_ FROM (${cut}) WHERE ${isEvent}`;
};
