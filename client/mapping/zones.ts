import { DAY_MS } from '../../src/json/instants.ts';
import { CliError } from '../failure.ts';

/** Where offsets change, they change at full quarters of an hour of wall time. */
const STEP_MS = 15 * 60 * 1000;

/** A year of quarters of an hour. */
const REMEMBERED = 40_000;

const formatOf = (zone: string): Intl.DateTimeFormat => {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new CliError(
      `--zone: "${zone}" is not a time zone.`,
      'Give a name of the IANA time zone database, such as Asia/Seoul, Europe/Berlin or UTC.',
      { cause },
    );
  }
};

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
const offsetAt = (format: Intl.DateTimeFormat, instant: number): number => {
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const wall = new Date(0);
  const year = parts.era?.startsWith('B') ? 1 - Number(parts.year) : Number(parts.year);
  wall.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  wall.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return wall.getTime() - Math.floor(instant / 1000) * 1000;
};

/**
 * From a zone's wall time (as if it were UTC, in milliseconds) to the instant. A time that the clocks showed twice, when they were set back, is
 * the first of the two; one that they never showed, when they were set forward, is read by the offset from before: 02:30 in
 * such a night is 03:30. (So do java.time, and Temporal by default.)
 */
export const wallClock = (zone: string): ((wall: number) => number) => {
  if (/^(etc\/)?(utc|gmt|zulu)$/i.test(zone)) return (wall) => wall;
  const format = formatOf(zone);
  const known = new Map<number, number>();
  const find = (wall: number): number => {
    const before = offsetAt(format, wall - DAY_MS);
    const after = offsetAt(format, wall + DAY_MS);
    // Of a change, the larger offset is the earlier instant: before it is set back, the only one that holds after it is set forward.
    const early = Math.max(before, after);
    const late = Math.min(before, after);
    if (offsetAt(format, wall - early) === early) return early;
    return offsetAt(format, wall - late) === late ? late : before;
  };
  return (wall) => {
    const step = Math.floor(wall / STEP_MS) * STEP_MS;
    let offset = known.get(step);
    if (offset === undefined) {
      offset = find(step);
      if (known.size >= REMEMBERED) known.clear();
      known.set(step, offset);
    }
    return wall - offset;
  };
};
