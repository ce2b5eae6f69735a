import { scaledText } from '../../events/windows/columns.ts';
import type { WindowType } from '../../events/windows/windowType.ts';
import type { Catalog } from './counting.ts';
import { scalesIn } from './scales.ts';
import type { Counted, GroupValues } from './state.ts';

/** A measure of all groups of a window together, as a metric has it. */
interface Total {
  window: string;
  measure: string;
  total: number;
}

const numberIn = (value: GroupValues[string] | undefined, scale: number | undefined): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Number(scaledText(BigInt(value), scale ?? 0)) : 0;
};

/**
 * What a part adds to the metrics of the windows that publish some. Different values of two parts cannot be added, so
 * those have none.
 */
export const windowTotals = (
  { groups }: Counted,
  windows: readonly WindowType[],
  catalog: Catalog,
): Total[] =>
  windows.flatMap((window) => {
    if (!window.metric) return [];
    const scaleIn = scalesIn(window, catalog);
    const values = Object.values(groups[window.name] ?? {});
    return window.measures
      .filter(({ what }) => what !== 'distinct')
      .map((measure) => {
        const scale = scaleIn(measure);
        const total = values.reduce((sum, one) => sum + numberIn(one[measure.name], scale), 0);
        return { window: window.name, measure: measure.name, total };
      });
  });
