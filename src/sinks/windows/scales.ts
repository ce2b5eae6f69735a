import { scaleOf, windowColumns } from '../../events/windows/columns.ts';
import type { Measure, WindowType } from '../../events/windows/windowType.ts';
import type { Catalog } from './counting.ts';

/** Digits after the point of a measure that is an exact sum; undefined for any other. */
export const scalesIn = (
  { of }: Pick<WindowType, 'of'>,
  { columns }: Catalog,
): ((measure: Measure) => number | undefined) => {
  const types = windowColumns(of, columns);
  return (measure) => {
    const type = measure.what === 'sum' ? types.get(measure.column) : undefined;
    return type === undefined ? undefined : scaleOf(type);
  };
};
