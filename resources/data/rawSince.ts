import { isPartition } from '../../src/lake/partition.ts';

const RELATIVE = /^NOW-[1-9]\d{0,4}DAYS$/;

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && isPartition(`${text}T00`);

/** The param `rawSince`: where the range of a projection begins, as Athena writes it. A day without quotes is a date to YAML. */
export const rawSinceOf = (param: unknown): string => {
  const text = param instanceof Date ? param.toISOString().slice(0, 10) : String(param);
  if (isDay(text) || RELATIVE.test(text)) return text;
  throw new Error(
    `rawSince: "${text}" is not a day. Give one such as '2023-01-01', or days before now, such as NOW-400DAYS.`,
  );
};
