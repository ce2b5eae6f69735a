import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { count, counted } from '../../client/format.ts';
import { listTables } from '../../client/tableMetadata.ts';
import { knownWindows } from '../../src/events/windows/registry.ts';
import type { BalanceLine } from './balance.ts';

/** What the view `minutes` has of a layer. */
interface LayerCount {
  layer: string;
  minutes: number;
  events: number;
}

const sql = `
  SELECT layer, count(DISTINCT window_start) AS minutes, sum(events) AS events
  FROM minutes GROUP BY layer ORDER BY layer`;

/** A project may have no such window, or one that counts something else. */
const isAsked = knownWindows.some(
  ({ name, measures }) =>
    name === 'minutes' && measures.some((measure) => measure.name === 'events' && measure.what === 'count'),
);

/** A stage whose windows are off has no views of them. */
const hasView = async (access: StageAccess): Promise<boolean> =>
  (await listTables(access)).some(({ name }) => name === 'minutes');

/** Nothing where there is nothing to ask. */
export const countsOfWindows = async (access: StageAccess): Promise<LayerCount[]> => {
  if (!isAsked || !(await hasView(access))) return [];
  const { rows } = await runQuery(access, sql);
  return rows.map(([layer, minutes, events]) => ({
    layer: layer ?? '',
    minutes: Number(minutes),
    events: Number(events),
  }));
};

/** `20,412 events in 2 minutes of speed` */
const layerText = ({ layer, minutes, events }: LayerCount): string =>
  `${count(events)} events in ${counted(minutes, 'minute')} of ${layer}`;

/** `Counts per minute (view minutes) before the run: …` */
export const windowsText = (when: string, counts: readonly LayerCount[]): string =>
  `Counts per minute (view minutes) ${when}: ${counts.map(layerText).join(', ') || 'nothing'}.`;

const eventsOf = (counts: readonly LayerCount[], layer: string): number =>
  counts.filter((one) => one.layer === layer).reduce((sum, { events }) => sum + events, 0);

interface Sums {
  accepted: number;
  curated: number;
  /** whether the view reaches back to the first event */
  whole: boolean;
}

/** Before the run the windows have all that was accepted, and more where something came twice; after it batch has each once. */
export const windowLines = (
  before: readonly LayerCount[],
  after: readonly LayerCount[],
  { accepted, curated, whole }: Sums,
): BalanceLine[] => {
  if (!isAsked) return [];
  const [speed, batch] = [eventsOf(before, 'speed'), eventsOf(after, 'batch')];
  const first = {
    rule: `${count(speed)} events in the minutes of speed before the run ≥ ${count(accepted)} accepted`,
    holds: speed >= accepted,
  };
  const second = {
    rule: `${count(batch)} events in the minutes of batch after it = ${count(curated)} rows in events`,
    holds: batch === curated,
  };
  return whole ? [first, second] : [first];
};
