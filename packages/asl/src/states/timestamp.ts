const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[-+](0\d|1[0-7]):[0-5]\d|[-+]18:00)$/;

/**
 * A timestamp of the states language: RFC 3339 with a capital T, and Z or an offset. Date.parse alone would take
 * February 30 for March 1, and 24:00 for the next day.
 */
export const isTimestamp = (text: string): boolean => {
  const [, year, month, day] = rfc3339.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
};
