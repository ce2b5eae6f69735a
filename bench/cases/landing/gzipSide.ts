import { gzipSync } from 'node:zlib';
import type { Prepare } from '../../harness/sample.ts';
import { batchesOf, landingOptions } from './batch.ts';

/** The machine's limit: the same bytes cut into lines, each parsed, all zipped, in one loop. */
export const prepare: Prepare = async (given) => {
  const options = landingOptions.parse(given);
  const batches = batchesOf(options);
  return async () => {
    const done = { records: 0, bytes: 0, parsed: 0, zipped: 0 };
    for (let at = 0; at < options.batches; at += 1) {
      const records = batches[at % batches.length] ?? [];
      const whole = Buffer.concat(records);
      for (const line of whole.toString('utf8').split('\n')) {
        if (line !== '' && JSON.parse(line) !== null) done.parsed += 1;
      }
      done.zipped += gzipSync(whole).length;
      done.records += records.length;
      done.bytes += whole.length;
    }
    return done;
  };
};
