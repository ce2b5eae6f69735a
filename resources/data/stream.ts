import type { Osls } from '../osls.ts';

const HOUR_SECONDS = 3_600;

/** Of Kinesis: a day to a year. */
const RETENTION_HOURS = { min: 24, max: 8_760 };

/**
 * So long before the stream forgets a record its batch is given up: time enough to store it elsewhere, and to try that
 * again while the place it goes to is away as well.
 */
const HEADROOM_HOURS = 6;

/** Lambda knows no higher age than seven days. */
const MAX_AGE_SECONDS = 604_800;

/**
 * How old a record may get before an event source mapping gives its batch up, from the param `streamRetentionHours`:
 * as late as it is safe. Throws an Error for what is no retention of a stream.
 */
export const recordAgeOf = (retention: string | number): number => {
  const hours = Number(retention);
  const { min, max } = RETENTION_HOURS;
  if (!Number.isInteger(hours) || hours < min || hours > max) {
    throw new Error(
      `streamRetentionHours: "${retention}" is not a retention that Kinesis has. Give a whole number of hours from ${min} to ${max}.`,
    );
  }
  return Math.min((hours - HEADROOM_HOURS) * HOUR_SECONDS, MAX_AGE_SECONDS);
};

/** What stream.js gives to osls. */
export const maximumRecordAge = async ({ resolveVariable }: Osls): Promise<number> =>
  recordAgeOf(await resolveVariable('param:streamRetentionHours'));
