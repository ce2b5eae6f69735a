import { createHash, hash } from 'node:crypto';
import { CliError } from '../failure.ts';
import type { InputFile } from '../input/files.ts';

const ID_LENGTH = 12;

/** Of what the file holds, not of what it is called. */
const identityOf = async (file: InputFile, signal: AbortSignal): Promise<string> => {
  if (file.identity !== undefined) return file.identity;
  const digest = createHash('sha256');
  for await (const chunk of file.open(signal)) digest.update(chunk);
  return digest.digest('hex');
};

interface IdentifiedFile {
  name: string;
  bytes: number;
  identity: string;
}

export const identify = async (
  files: readonly InputFile[],
  signal: AbortSignal,
): Promise<IdentifiedFile[]> => {
  const found: IdentifiedFile[] = [];
  for (const file of files) {
    if (file.bytes === undefined)
      throw new CliError(
        `An import cannot read ${file.name === 'standard input' ? file.name : `the pipe ${file.name}`}: it has to be able to read its input again when it is stopped.`,
        'Write it to a file first, or use `headrace send -`.',
      );
    found.push({ name: file.name, bytes: file.bytes, identity: await identityOf(file, signal) });
  }
  return found;
};

/**
 * The id of an import: of what is imported and how. So the same command again is the same import, which goes on where it
 * was stopped and never doubles anything.
 */
export const importId = (files: readonly IdentifiedFile[], how: unknown): string =>
  hash('sha256', JSON.stringify([files.map(({ identity }) => identity), how]), 'hex').slice(0, ID_LENGTH);
