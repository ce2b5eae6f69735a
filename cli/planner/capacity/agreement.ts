import type { Measured } from './measure.ts';

/** How far model and measurement may be apart: shares, and seconds. */
const TOLERANCE = { objects: 0.15, rowsPerObject: 0.15, p50: 0.25, p95: 0.35 };

interface Agreement {
  what: string;
  model: number;
  measured: number;
  within: string;
  holds: boolean;
}

/** Model and measurement side by side. */
export const compareRuns = (model: Measured, measured: Measured): Agreement[] => {
  const byShare = (what: 'objects' | 'rowsPerObject' | 'landed', share: number): Agreement => ({
    what,
    model: model[what],
    measured: measured[what],
    within: share === 0 ? 'equal' : `${share * 100} %`,
    holds: Math.abs(model[what] - measured[what]) <= share * measured[what],
  });
  const bySeconds = (what: 'p50' | 'p95'): Agreement => ({
    what: `lag ${what}, s`,
    model: model.lagSeconds[what],
    measured: measured.lagSeconds[what],
    within: `${TOLERANCE[what]} s`,
    holds: Math.abs(model.lagSeconds[what] - measured.lagSeconds[what]) <= TOLERANCE[what],
  });
  return [
    byShare('landed', 0),
    byShare('objects', TOLERANCE.objects),
    byShare('rowsPerObject', TOLERANCE.rowsPerObject),
    bySeconds('p50'),
    bySeconds('p95'),
  ];
};
