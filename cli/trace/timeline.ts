import { counted } from '../../client/format.ts';
import { batchOfKey, importOfKey, kindOfKey, partitionOfKey, RAW } from '../../src/lake/layout.ts';
import type { Facts } from './facts.ts';
import type { RawSighting } from './sightings.ts';
import type { DayState, HourState } from './state.ts';
import { buildBegan, type Whereabouts, waits, whereabouts } from './whereabouts.ts';

/** Something that happened to the event. `at` is null for what is so now. */
export interface Step {
  at: string | null;
  what:
    | 'received'
    | 'landed'
    | 'refused'
    | 'replayed'
    | 'waiting'
    | 'building'
    | 'failed'
    | 'built'
    | 'in table'
    | 'missing'
    | 'marts';
  text: string;
  /** by which the lines of the logs are found */
  ids: Record<string, string>;
}

const receivedSteps = ({ raw, table, source }: Facts): Step[] => {
  // Without the raw object (it has expired) the table knows the first time.
  const times = [...new Set([...raw, ...table].map(({ receivedAt }) => receivedAt))].sort();
  return times.map((at, index) => {
    const id = raw
      .filter(({ receivedAt }) => receivedAt === at)
      .flatMap(({ key }) => importOfKey(key) ?? [])[0];
    if (id !== undefined) return importedStep(at, id, source);
    return {
      at,
      what: 'received',
      text:
        index === 0
          ? `by the collector, of source ${source}`
          : 'by the collector once more: its client sent it again, or it was replayed',
      ids: { receivedAt: at, source: source ?? '' },
    };
  });
};

/** It passed no function, so no log tells of it. */
const importedStep = (at: string, id: string, source: string | null): Step => ({
  at,
  what: 'received',
  text: `by an import, of source ${source}. Run: headrace import show ${id}`,
  ids: {},
});

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Out of an object's name: which batch of the stream it is. */
const batchIds = (key: string): Record<string, string> => {
  const batch = importOfKey(key) === undefined ? batchOfKey(key) : undefined;
  if (batch === undefined) return {};
  const cut = batch.lastIndexOf('-');
  return { batch, shard: batch.slice(0, cut), sequence: batch.slice(cut + 1) };
};

/** `rows` of one object, which may hold the event more than once: sent twice within a batch. */
const landedStep = (
  key: string,
  rows: readonly RawSighting[],
  earlier: readonly RawSighting[],
  facts: Facts,
): Step => {
  const repeated = rows.every((row) => earlier.some(({ receivedAt }) => receivedAt === row.receivedAt));
  // An import has one time of receipt for all it holds: the event stands in its files more than once.
  const again =
    repeated && importOfKey(key) === undefined
      ? ' The stream delivered the batch again, cut differently.'
      : '';
  const late =
    facts.table.length > 0 && rows.some((row) => waits(facts, row))
      ? ' It waits for the next build, where it comes out as a duplicate.'
      : '';
  const total = rows.reduce((sum, one) => sum + one.rows, 0);
  return {
    at: facts.written.get(key) ?? null,
    what: 'landed',
    text: `${counted(total, 'row')} in ${key}.${again}${late}`,
    ids: { partition: partitionOfKey(key) ?? '', ...batchIds(key) },
  };
};

const landedSteps = (facts: Facts): Step[] => {
  const objects = [...Map.groupBy(facts.raw, ({ key }) => key)];
  return objects.map(([key, rows], index) => {
    const earlier = objects.slice(0, index).flatMap(([, before]) => before);
    return landedStep(key, rows, earlier, facts);
  });
};

const rejectedSteps = ({ quarantine, written }: Facts): Step[] =>
  quarantine.map(({ key, receivedAt, reason, detail, source, sequence }) => {
    const byBuild = kindOfKey(sequence) === RAW;
    const logged = !byBuild && importOfKey(key) === undefined;
    const ids = logged ? { receivedAt, source: source ?? '', ...batchIds(key) } : {};
    return {
      at: byBuild ? (written.get(key) ?? receivedAt) : receivedAt,
      what: 'refused',
      text: `${reason}: ${sentence(detail)} ${byBuild ? `Found by a build in ${sequence}, it` : 'It'} lies in ${key}`,
      ids,
    };
  });

const outcomes = {
  accepted: 'and accepted: it is on its way into the table',
  refused: 'and rejected once more, as a new row of quarantine',
  curated: 'without sending it: an event of its id was in the table already',
  same_event: 'by another row of the same id, which was sent instead',
  dismissed: 'by nobody: a person dismissed it',
} as const;

const replayedSteps = ({ replays }: Facts): Step[] =>
  replays.map(({ at, reason, outcome }) => ({
    at,
    what: 'replayed',
    text: `from quarantine (${reason}) ${outcomes[outcome]}`,
    ids: {},
  }));

const builtStep = (hour: HourState): Step[] => {
  const { partition, published, entry } = hour;
  if (published === undefined) return [];
  const { build, execution, report } = published;
  const record = published.record ?? entry?.committed ?? undefined;
  const by = execution === undefined ? '' : ` by execution ${execution}`;
  const run = report === undefined ? '' : ` (${report.status} at ${report.finishedAt})`;
  const counts = record?.counts;
  const sums =
    counts === undefined
      ? ''
      : `: ${counts.raw} raw = ${counts.curated} curated + ${counts.duplicates} duplicates + ${counts.rejected} rejected`;
  return [
    {
      at: record?.builtAt ?? null,
      what: 'built',
      text: `hour ${partition}, build ${build}${by}${run}${sums}`,
      ids: { partition, build, ...(execution === undefined ? {} : { execution }) },
    },
  ];
};

const waitingText = (hour: HourState): string => {
  const { partition, entry } = hour;
  const since = entry?.staleSince
    ? `stale since ${entry.staleSince}`
    : 'which the ledger does not know to be stale';
  const began = buildBegan(hour);
  const last = began === undefined ? '' : ` The last build began at ${began}, before it landed.`;
  return `for a build of ${partition}, ${since}.${last} Run: headrace etl`;
};

const stateSteps = (hour: HourState, place: Whereabouts): Step[] => {
  const { partition, entry, lock } = hour;
  const steps: Step[] = [];
  const now = (what: Step['what'], text: string, ids: Step['ids'] = { partition }): void => {
    steps.push({ at: null, what, text, ids });
  };
  if (entry?.lastFailure) {
    const { error, cause, at, execution } = entry.lastFailure;
    steps.push({
      at,
      what: 'failed',
      text: `the last build of ${partition}, in execution ${execution}: ${error}: ${cause}`,
      ids: { partition, execution },
    });
  }
  if (lock !== undefined)
    now('building', `execution ${lock.execution} builds ${partition}; its lock runs until ${lock.until}`, {
      partition,
      execution: lock.execution,
    });
  else if (place === 'waiting') now('waiting', waitingText(hour));
  if (place === 'missing')
    now(
      'missing',
      `${partition} was built from ${buildBegan(hour) ?? 'an unknown time'} on, and the event is neither in the table nor in quarantine. Run: headrace reconcile`,
    );
  return steps;
};

const tableSteps = ({ table }: Facts): Step[] =>
  table.map(({ partition, key, schemaErrors }) => ({
    at: null,
    what: 'in table',
    text: `events, dt=${partition.slice(0, 10)}, hr=${partition.slice(11)}, in ${key}.${
      schemaErrors.length === 0
        ? ''
        : ` Null because what was sent contradicts them (schema_errors): ${schemaErrors.join(', ')}`
    }`,
    ids: { partition },
  }));

const martStep = ({ day, pending, marts }: DayState): Step => {
  const written = marts.map(({ name, execution }) => `${name} by ${execution}`).join(', ');
  const state = pending ? `wait for the next run (headrace etl)${written ? '; until then' : ''}` : '';
  return {
    at: null,
    what: 'marts',
    text: `of ${day} ${[state, written || (pending ? '' : 'have no rows')].filter(Boolean).join(': ')}`,
    ids: { day },
  };
};

/** What happened to the event, in the order of the pipeline's time; what is so now stands last. */
export const timelineOf = (facts: Facts): { where: Whereabouts; steps: Step[] } => {
  const where = whereabouts(facts);
  const happened = [
    ...receivedSteps(facts),
    ...landedSteps(facts),
    ...rejectedSteps(facts),
    ...replayedSteps(facts),
    // A build from before it landed is not a part of its way.
    ...(where === 'waiting' || where === 'building' ? [] : facts.hours.flatMap(builtStep)),
  ];
  const states = facts.hours.flatMap((hour) => stateSteps(hour, where));
  const failed = states.filter(({ at }) => at !== null);
  // S3 tells whole seconds: what happened in one of them stays in the order of the pipeline.
  const second = ({ at }: Step): string => (at ?? '').slice(0, 19);
  const dated = [...happened, ...failed]
    .filter(({ at }) => at !== null)
    .sort((a, b) => (second(a) === second(b) ? 0 : second(a) < second(b) ? -1 : 1));
  const undated = [...happened, ...states].filter(({ at }) => at === null);
  return {
    where,
    steps: [
      ...dated,
      ...undated,
      ...tableSteps(facts),
      ...(where === 'table' ? facts.days.map(martStep) : []),
    ],
  };
};
