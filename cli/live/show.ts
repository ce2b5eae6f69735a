import type { WindowCount } from '../../client/windows/parts.ts';
import type { WindowType } from '../../src/events/windows/windowType.ts';

/** A count as a program gets it, a line each. */
interface LiveLine extends Omit<WindowCount, 'start'> {
  window: string;
  start: string;
  seconds: number;
  /** by arrival, duplicates not removed */
  approximate: true;
}

export const lineOf = ({ name, every }: WindowType, count: WindowCount): LiveLine => ({
  window: name,
  start: count.start.toISOString(),
  seconds: every,
  group: count.group,
  measures: count.measures,
  approximate: true,
});

const shown = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

const numberText = (value: number | null): string => (value === null ? '–' : shown.format(value));

/** `05:10:00  minutes  page_view web  events 120  revenue –` */
export const textOf = ({ window, start, group, measures }: LiveLine): string => {
  const groups = Object.values(group).map((value) => value ?? 'NULL');
  const counts = Object.entries(measures).map(([name, value]) => `${name} ${numberText(value)}`);
  const parts = [start.slice(11, 19), window, groups.join(' '), ...counts];
  return parts.filter((part) => part !== '').join('  ');
};

/** Tells what is new: a count that was not there, or that has changed since it was told. */
export class News {
  readonly #told = new Map<string, string>();

  take(lines: readonly LiveLine[]): LiveLine[] {
    return lines.filter(({ window, start, group, measures }) => {
      const key = JSON.stringify([window, start, group]);
      const text = JSON.stringify(measures);
      if (this.#told.get(key) === text) return false;
      this.#told.set(key, text);
      return true;
    });
  }
}
