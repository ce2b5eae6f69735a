import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';
import { useClock } from '../clock.ts';

export interface Line {
  label: string;
  values: readonly (number | null)[];
}

interface ChartProps {
  label: string;
  /** epoch seconds, or with `names` 0, 1, 2 … */
  at: readonly number[];
  lines: readonly Line[];
  /** what stands below each bar instead of times */
  names?: readonly string[];
  bars?: boolean;
  /** each line on top of those before it */
  stacked?: boolean;
  /** first and last time to be shown; else those of the values */
  from?: number;
  to?: number;
}

const HEIGHT = 220;
const NARROWEST = 200;

const dark = matchMedia('(prefers-color-scheme: dark)');

const useDark = (): boolean => {
  const [is, setIs] = useState(dark.matches);
  useEffect(() => {
    const tell = () => setIs(dark.matches);
    dark.addEventListener('change', tell);
    return () => dark.removeEventListener('change', tell);
  }, []);
  return is;
};

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** `05:00`, and the day where one begins: short, and of the stage's clocks. */
const ticksOf = (timeZone: string) => {
  const day = new Intl.DateTimeFormat('en-US', { timeZone, month: 'short', day: 'numeric' });
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return (_: UPlot, ticks: number[]): string[] =>
    ticks.map((tick) => {
      const text = clock.format(tick * 1000);
      return text === '00:00' ? day.format(tick * 1000) : text;
    });
};

/** Half a bar on either side, so that the first and the last are whole. */
const rangeOf = ({ at, from, to, bars }: ChartProps): [number, number] => {
  const first = from ?? at[0] ?? 0;
  const last = to ?? at.at(-1) ?? first;
  const nearest = Math.min(
    ...at.slice(1).map((each, index) => each - (at[index] ?? 0)),
    (last - first) / 60 || 3600,
  );
  const margin = bars || first === last ? nearest * 0.6 : 0;
  return [first - margin, last + margin];
};

/** Sums from below: the highest is drawn first, so that each covers what is below it. */
const stack = (lines: readonly Line[]): (number | null)[][] => {
  const sums = lines[0]?.values.map(() => 0) ?? [];
  return lines.map(({ values }) =>
    values.map((value, at) => {
      sums[at] = (sums[at] ?? 0) + (value ?? 0);
      return sums[at] ?? 0;
    }),
  );
};

const optionsOf = (props: ChartProps, width: number, timeZone: string): UPlot.Options => {
  const { lines, names, bars, stacked } = props;
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis = { stroke: color('text'), grid: { stroke: color('line'), width: 1 }, ticks: { show: false } };
  const order = stacked ? lines.map((_, at) => lines.length - 1 - at) : lines.map((_, at) => at);
  const paths = bars ? UPlot.paths.bars?.({ size: [0.8, 24] }) : undefined;
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), timeZone),
    scales: {
      x: names
        ? { time: false, range: () => [-0.6, names.length - 0.4] }
        : { time: true, range: () => rangeOf(props) },
      y: { range: (_, _least, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    axes: [
      names
        ? {
            ...axis,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
            values: (_, ticks) => ticks.map((tick) => names[tick]?.slice(0, 12) ?? ''),
          }
        : { ...axis, space: 70, values: ticksOf(timeZone) },
      { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => short.format(tick)) },
    ],
    series: [
      names ? { value: (_, at) => names[at] ?? '–' } : { value: '{YYYY}-{MM}-{DD} {HH}:{mm}' },
      ...order.map((own): UPlot.Series => {
        const drawn = color(`c${(own % 6) + 1}`);
        return {
          label: lines[own]?.label ?? '',
          stroke: drawn,
          fill: bars ? drawn : undefined,
          width: bars ? 0 : 2,
          points: { show: bars ? false : (lines[own]?.values.length ?? 0) < 40 },
          spanGaps: false,
          ...(paths ? { paths } : {}),
          value: (_, _value, _series, index) => figure(lines[own]?.values[index ?? -1]),
        } as UPlot.Series; // `fill: undefined` is what uPlot takes for none; its types leave it out
      }),
    ],
  };
};

const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : exact.format(value);

const dataOf = ({ at, lines, stacked }: ChartProps): UPlot.AlignedData => {
  const values = stacked ? stack(lines).reverse() : lines.map((line) => [...line.values]);
  return [[...at], ...values];
};

/** Whoever cannot see it has the table beside it, and its label. */
export const Chart = (props: ChartProps) => {
  const place = useRef<HTMLDivElement>(null);
  const { at, lines, names, bars, stacked, from, to } = props;
  const isDark = useDark();
  const { timeZone } = useClock();
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const width = () => Math.max(NARROWEST, current.clientWidth);
    const chart = new UPlot(optionsOf(props, width(), timeZone), dataOf(props), current);
    const observer = new ResizeObserver(() => chart.setSize({ width: width(), height: HEIGHT }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [at, lines, names, bars, stacked, from, to, isDark, timeZone]);
  return <div class="chart" role="img" aria-label={props.label} ref={place} />;
};
