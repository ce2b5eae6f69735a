/**
 * Trino's SQL that cuts lines at the collector's keys, so that `context` and `properties` keep every byte: Trino's JSON
 * functions would write numbers anew. Land writes all events in the collector's form; a line of another form is not
 * cut.
 */

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const TEXT = String.raw`"(?:[^"\\]|\\.)+"`;
const TIME = String.raw`"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"`;
const OPTIONAL = `(?:null|${STRING})`;

export const CONTEXT = ',"context":';
/** Each key once, in order: with this before it, the first `,"context":` is the right one. */
const HEAD = [
  String.raw`\A\{"event_id":${TEXT},"event_name":${TEXT},"event_time":${TIME},"received_at":${TIME},"source":${TEXT}`,
  `"user_id":${OPTIONAL},"anonymous_id":${OPTIONAL},"session_id":${OPTIONAL}${CONTEXT}`,
].join(',');
const TAIL = String.raw`,"schema_version":${STRING}\}\z`;
const BETWEEN = `',"properties":'`;

/** What opens levels of JSON in a text less what closes them; strings are left out. */
const depth = (text: string): string => {
  const plain = `regexp_replace(${text},'${STRING}','')`;
  const length = (of: string): string => `length(regexp_replace(${plain},'[^${of}]',''))`;
  return `${length('{\\[')}-${length('}\\]')}`;
};

const STATE = 'ROW(i bigint,d bigint,f bigint)';

/**
 * How many pieces of the text between head and tail are `context`: `properties` may be a key in there too. It ends
 * where all that it has opened is closed.
 */
const contextPieces = [
  `if(cardinality(pieces)=2,1,reduce(transform(pieces,p->${depth('p')}),CAST(ROW(0,0,NULL) AS ${STATE})`,
  `(s,d)->CAST(ROW(s.i+1,s.d+d,coalesce(s.f,if(s.d+d=0,s.i+1))) AS ${STATE}),s->s.f))`,
].join(',');

type Columns = readonly (readonly [name: string, sql: string])[];

const selectAlso = (from: string, columns: Columns): string =>
  `SELECT *,${columns.map(([name, sql]) => `${sql} ${name}`).join(',')} FROM (${from})`;

const steps: readonly Columns[] = [
  [
    ['head', `length(regexp_extract(line,'${HEAD}'))`],
    ['tail', `length(regexp_extract(line,'${TAIL}'))`],
  ],
  [['pieces', `split(substr(line,head+1,length(line)-head-tail),${BETWEEN})`]],
  [['n', contextPieces]],
  [
    ['context', `array_join(slice(pieces,1,n),${BETWEEN})`],
    ['properties', `array_join(slice(pieces,n+1,cardinality(pieces)),${BETWEEN})`],
  ],
];

/**
 * Every row of `from`, which has `line`, with the lengths `head` (up to the context) and `tail`, with `context` and
 * with `properties`. They are NULL where the line begins or ends otherwise. Whether both are JSON is up to the caller.
 * `also`: columns of the last step, beside those.
 */
export const cutLine = (from: string, also: Columns = []): string =>
  steps.reduce((of, step, at) => selectAlso(of, at === steps.length - 1 ? [...step, ...also] : step), from);
