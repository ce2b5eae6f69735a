/** What a text says of a time, field by field. */
export interface Fields {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour?: number;
  /** 0 to 11, with the half of the day beside it */
  hourOfHalf?: number;
  afternoon?: boolean;
  minute?: number;
  second?: number;
  millis?: number;
  /** minutes east of UTC */
  offset?: number;
  weekYear?: number;
  week?: number;
  weekday?: number;
}

const DAY = 86_400_000;

const monday = (year: number): number => {
  const fourth = Date.UTC(year, 0, 4); // is in the first week
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY;
};

const dayOfWeek = (year: number, week = 1, weekday = 1): number | undefined => {
  const first = monday(year) + (week - 1) * 7 * DAY;
  const exists = week > 0 && first < monday(year + 1) && weekday > 0 && weekday < 8;
  return exists ? first + (weekday - 1) * DAY : undefined;
};

/** The day that the fields name, in milliseconds; what is not said is that of 1 January 1970. undefined: no such day. */
const dayOf = (f: Fields): number | undefined => {
  if (f.week !== undefined || f.weekYear !== undefined)
    return dayOfWeek(f.weekYear ?? f.year ?? 1970, f.week, f.weekday);
  const date = new Date(0);
  if (f.dayOfYear !== undefined) {
    date.setUTCFullYear(f.year ?? 1970, 0, f.dayOfYear);
    return date.getUTCFullYear() === (f.year ?? 1970) ? date.getTime() : undefined;
  }
  date.setUTCFullYear(f.year ?? 1970, (f.month ?? 1) - 1, f.day ?? 1);
  return date.getUTCMonth() === (f.month ?? 1) - 1 ? date.getTime() : undefined;
};

/** The time that the fields name, in milliseconds, as their own clock shows it. */
export const timeOf = (f: Fields): number | undefined => {
  const day = dayOf(f);
  const half = f.hourOfHalf === undefined && f.afternoon === undefined ? undefined : (f.hourOfHalf ?? 0);
  if ((half ?? 0) > 11) return undefined;
  const hour = f.hour ?? (half === undefined ? 0 : half + (f.afternoon ? 12 : 0));
  if (day === undefined || hour > 23 || (f.minute ?? 0) > 59 || (f.second ?? 0) > 59) return undefined;
  return day + ((hour * 60 + (f.minute ?? 0)) * 60 + (f.second ?? 0)) * 1000 + (f.millis ?? 0);
};
