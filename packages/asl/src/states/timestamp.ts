const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/;

/** A timestamp of the states language: RFC 3339 with a capital T, and Z or an offset. */
export const isTimestamp = (text: string): boolean => rfc3339.test(text) && !Number.isNaN(Date.parse(text));
