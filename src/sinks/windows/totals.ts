import { scaledText, scaleOf, windowColumns } from '../../events/windows/columns.ts';
import type { Measure, WindowType } from '../../events/windows/windowType.ts';
import type { Catalog } from './counting.ts';
import type { Counted, GroupValues } from './state.ts';

/** A measure of all groups of a window together, as a metric has it. */
interface Total {
  window: string;
  measure: string;
  total: number;
}

const scaleIn = ({ of }: WindowType, measure: Measure, { columns }: Catalog): number | undefined => {
  const type = measure.what === 'sum' ? windowColumns(of, columns).get(measure.column) : undefined;
  return type === undefined ? undefined : scaleOf(type);
};

const numberIn = (value: GroupValues[string] | undefined, scale: number | undefined): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Number(scaledText(BigInt(value), scale ?? 0)) : 0;
};

/** What a part adds to the metrics of the windows that publish some. Different values of two parts cannot be added, so those have none. */
export const windowTotals = (
  { groups }: Counted,
  windows: readonly WindowType[],
  catalog: Catalog,
): Total[] =>
  windows.flatMap((window) => {
    if (!window.metric) return [];
    const values = Object.values(groups[window.name] ?? {});
    return window.measures
      .filter(({ what }) => what !== 'distinct')
      .map((measure) => {
        const scale = scaleIn(window, measure, catalog);
        const total = values.reduce((sum, one) => sum + numberIn(one[measure.name], scale), 0);
        return { window: window.name, measure: measure.name, total };
      });
  });
