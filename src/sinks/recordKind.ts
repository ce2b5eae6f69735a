import { constants, gunzipSync } from 'node:zlib';
import { encodingGuess } from '../json/encoding.ts';
import { looksAggregated } from './aggregated.ts';

const SEND_INSTEAD = 'Send events through the collector, or put canonical lines into the stream.';

/** How a subscription of CloudWatch Logs begins once it is unzipped. */
const cloudWatchLogs = /^\s*\{\s*"messageType"\s*:\s*"(?:DATA|CONTROL)_MESSAGE"/;

const ZIPPED_BEGINNING = 1_024;

/** The beginning of what is zipped; empty for what cannot be unzipped. */
const unzippedBeginning = (data: Buffer): string => {
  try {
    // The input is cut off, which is no error so.
    const finishFlush = constants.Z_SYNC_FLUSH;
    return gunzipSync(data.subarray(0, ZIPPED_BEGINNING), { finishFlush }).toString('utf8');
  } catch {
    return '';
  }
};

/** What a record of bytes that are not text is, in the words of a rejection. */
export const recordKind = (data: Buffer): string => {
  if (looksAggregated(data))
    return 'The record is aggregated by the Kinesis Producer Library, but damaged: its checksum or its message is wrong.';
  if (data[0] === 0x1f && data[1] === 0x8b)
    return cloudWatchLogs.test(unzippedBeginning(data))
      ? `The record is of a subscription of CloudWatch Logs (gzip), and holds no events. ${SEND_INSTEAD}`
      : `The record is zipped (gzip): records of the stream must be plain. ${SEND_INSTEAD}`;
  return `The record is not UTF-8 text. It may be ${encodingGuess(data)}.`;
};
