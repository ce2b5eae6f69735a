import { lineHead } from './eventLine.ts';

/**
 * Trino's SQL that makes rows of raw lines: of those that a build takes, and of no other (src/build/engine/exactLines.ts).
 * Land writes all events in one form, the collector's. So a line is cut at the collector's keys, and `context` and
 * `properties` keep every byte; a line of another form is not one of land's, and stays to the build.
 */

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const TEXT = String.raw`"(?:[^"\\]|\\.)+"`;
const TIME = String.raw`"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"`;
const OPTIONAL = `(?:null|${STRING})`;

/** Each key once, in order: with this before it, the first `,"context":` is the right one. */
const HEAD = `\\A\\{"event_id":${TEXT},"event_name":${TEXT},"event_time":${TIME},"received_at":${TIME},"source":${TEXT},"user_id":${OPTIONAL},"anonymous_id":${OPTIONAL},"session_id":${OPTIONAL},"context":`;
const TAIL = `,"schema_version":${STRING}\\}\\z`;
const BETWEEN = `',"properties":'`;

const scalar = (name: string): string => `json_extract_scalar(line,'$.${name}')`;

/** What opens levels of JSON in a text less what closes them; strings are left out. */
const depth = (text: string): string => {
  const plain = `regexp_replace(${text},'${STRING}','')`;
  const length = (of: string): string => `length(regexp_replace(${plain},'[^${of}]',''))`;
  return `${length('{\\[')}-${length('}\\]')}`;
};

/**
 * How many pieces of the text between head and tail are `context`: `properties` may be a key in there too. It ends where all
 * that it has opened is closed.
 */
const contextPieces = `if(cardinality(pieces)=2,1,reduce(transform(pieces,p->${depth('p')}),CAST(ROW(0,0,NULL) AS ROW(i bigint,d bigint,f bigint)),(s,d)->CAST(ROW(s.i+1,s.d+d,coalesce(s.f,if(s.d+d=0,s.i+1))) AS ROW(i bigint,d bigint,f bigint)),s->s.f))`;

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
  'length(event_id)<=256',
  'length(event_name)<=128',
  `starts_with(event_time,dt||'T'||hr||':')`,
  `${timestamp('event_time')} IS NOT NULL`,
  `${timestamp('received_at')} IS NOT NULL`,
  'line=from_utf8(to_utf8(line))',
  `NOT (${hasLoneSurrogate})`,
].join(' AND ');

const selectAlso = (columns: readonly (readonly [string, string])[], from: string): string =>
  `SELECT *,${columns.map(([name, sql]) => `${sql} ${name}`).join(',')} FROM (${from})`;

const read = [...lineHead, 'schema_version'];

/** What `sent_` holds of an event: all of its line but what it is known by. */
const sent = [
  ['event_name', 'varchar', 'event_name'],
  ['event_time', 'timestamp(3)', timestamp('event_time')],
  ['received_at', 'timestamp(3)', timestamp('received_at')],
  ['user_id', 'varchar', 'user_id'],
  ['anonymous_id', 'varchar', 'anonymous_id'],
  ['session_id', 'varchar', 'session_id'],
  ['context', 'varchar', 'context'],
  ['properties', 'varchar', 'properties'],
  ['schema_version', 'varchar', 'schema_version'],
] as const;

export const sentType = `ROW(${sent.map(([name, type]) => `${name} ${type}`).join(',')})`;

/** dt, hr, source and event_id of each line that is an event, and the rest of it as `sent_`. `where`: of which days. */
export const rawEvents = (where: string): string => {
  const lines = `SELECT line,dt,hr FROM raw_lines WHERE ${where} AND regexp_like(line,'${HEAD}')`;
  const cut = selectAlso(
    [
      ['head', `length(regexp_extract(line,'${HEAD}'))`],
      ['tail', `length(regexp_extract(line,'${TAIL}'))`],
    ],
    lines,
  );
  const pieces = selectAlso(
    [['pieces', `split(substr(line,head+1,length(line)-head-tail),${BETWEEN})`]],
    cut,
  );
  const counted = selectAlso([['n', contextPieces]], pieces);
  const columns = selectAlso(
    [
      ['context', `array_join(slice(pieces,1,n),${BETWEEN})`],
      ['properties', `array_join(slice(pieces,n+1,cardinality(pieces)),${BETWEEN})`],
      ...read.map((name) => [name, scalar(name)] as const),
    ],
    counted,
  );
  return `SELECT dt,hr,source,event_id,CAST(ROW(${sent.map(([, , sql]) => sql).join(',')}) AS ${sentType}) sent_ FROM (${columns}) WHERE ${isEvent}`;
};
