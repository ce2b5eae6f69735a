import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { count, counted } from '../../client/format.ts';
import { listTables } from '../../client/tableMetadata.ts';
import { knownWindows } from '../../src/events/windows/registry.ts';

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
export const windowsText = (counts: readonly LayerCount[]): string =>
  counts.length === 0
    ? 'nothing'
    : counts
        .map(
          ({ layer, minutes, events }) =>
            `${count(events)} events in ${counted(minutes, 'minute')} of ${layer}`,
        )
        .join(', ');
