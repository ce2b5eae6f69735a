import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { count, counted } from '../../client/format.ts';
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

/** Nothing in a project without that window. */
export const countsOfWindows = async (access: StageAccess): Promise<LayerCount[]> => {
  if (!knownWindows.some(({ name }) => name === 'minutes')) return [];
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
