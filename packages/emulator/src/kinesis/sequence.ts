import { AwsError } from '../contracts.ts';

/** Digits of a sequence number: as AWS's. All are equally long, so their order as text is their order as numbers. */
const DIGITS = 56;

/** AWS's sequence numbers begin with 49; clients that parse them as integers need a non-zero start. */
const PREFIX = '49';

/** Sequence number of the n-th record the emulator ever took, n ≥ 0. */
export const sequenceNumber = (n: number): string => PREFIX + String(n).padStart(DIGITS - PREFIX.length, '0');

/** Inverse of `sequenceNumber`. */
export const sequenceIndex = (text: string): number => {
  if (text.length !== DIGITS || !/^49\d+$/.test(text)) {
    throw new AwsError('InvalidArgumentException', `Invalid StartingSequenceNumber ${text}.`);
  }
  return Number(text.slice(PREFIX.length));
};
