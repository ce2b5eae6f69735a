import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageAccess } from '../../client/access.ts';
import type { Collector } from '../../client/collect/post.ts';
import { CliError } from '../../client/failure.ts';
import { createWriteKey, localWriteKey } from '../../client/keys.ts';
import { DynamoWriteKeys } from '../../src/aws/writeKeys.ts';
import type { Invocation } from '../command.ts';

/** Where rows of a source are sent again, so that they keep their source. */
export interface Collectors {
  /** The one source whose rows can be sent; undefined: any. */
  source: string | undefined;
  of(source: string): Promise<Collector>;
}

/**
 * The collector stamps events with the source of the write key, so a row needs a key of its own source. Keys are kept
 * nowhere but with their senders: on a deployed stage the operator gives one, and only rows of its source are sent. On
 * the emulator keys are made as they are needed, and kept in the data folder.
 */
export const openCollectors = async (invocation: Invocation, access: StageAccess): Promise<Collectors> => {
  const url = (invocation.option('url') ?? process.env.HEADRACE_URL ?? access.local?.collector)?.replace(
    /\/$/,
    '',
  );
  if (url === undefined)
    throw new CliError(
      'A replay needs the URL of the collector.',
      'Give --url, or HEADRACE_URL. `sls info --stage STAGE` shows it.',
    );
  const writeKey = invocation.option('key') ?? process.env.HEADRACE_WRITE_KEY;
  if (writeKey !== undefined) {
    const keys = new DynamoWriteKeys(access.dynamodb, access.keysTable, { now: () => new Date() });
    const source = await keys.sourceOf(writeKey);
    if (source === undefined)
      throw new CliError('The write key is unknown or revoked.', 'Check --key, or HEADRACE_WRITE_KEY.');
    return { source, of: async () => ({ url, writeKey }) };
  }
  if (!access.local)
    throw new CliError(
      'A replay needs a write key of the source whose rows it sends.',
      'Give --key, or HEADRACE_WRITE_KEY. `headrace keys create SOURCE` makes one. --dry-run needs none.',
    );
  const { dataDir } = access.local;
  const of = async (source: string) => ({ url, writeKey: await keyFor(access, dataDir, source) });
  return { source: undefined, of };
};

const keyFor = async (access: StageAccess, dataDir: string, source: string): Promise<string> => {
  if (source === 'local') return localWriteKey(access, dataDir, new Date());
  const file = join(dataDir, `replay-key-${encodeURIComponent(source)}`);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = await createWriteKey(access, source, new Date());
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
};
