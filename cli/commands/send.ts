import { basename } from 'node:path';
import { isMapped, lineMapper, type Mapping } from '../../client/collect/mapLine.ts';
import type { Collector } from '../../client/collect/post.ts';
import { openLines, sizeOf } from '../../client/collect/readLines.ts';
import { addTally, emptyTally, sendLines, type Tally } from '../../client/collect/sendLines.ts';
import { CliError } from '../../client/failure.ts';
import { count, seconds } from '../../client/format.ts';
import { localWriteKey } from '../../client/keys.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { withEmulator } from '../withStage.ts';

const usage = `
headrace send FILE|-  [options]

Sends NDJSON (one JSON object a line; gzipped too) to the collector. Lines are events as the collector takes them, or any JSON
with --id, --name and --time telling which fields to use; the whole line then becomes the event's properties.
Sending the same file twice changes no count, if its events say when they happened (event_time or --time).

  --id FIELD     the event's id (else one is made of the line's text)
  --name FIELD   the event's name
  --as NAME      the event's name where --name is not given or the field is missing
  --time FIELD   when it happened: ISO 8601, or epoch seconds or milliseconds
  --url URL      the collector (default: the emulator's; HEADRACE_URL)
  --key KEY      write key of the source (default: the emulator's own; HEADRACE_WRITE_KEY)`;

const BATCH_LINES = 500;
const BATCH_BYTES = 1_000_000;
const IN_FLIGHT = 4;

export const send: Command = {
  name: 'send',
  usage,
  options: {
    id: { type: 'string' },
    name: { type: 'string' },
    as: { type: 'string' },
    time: { type: 'string' },
    url: { type: 'string' },
    key: { type: 'string' },
  },
  run: async (invocation) => {
    const [file, ...others] = invocation.positionals;
    if (file === undefined || others.length > 0)
      throw new CliError('send takes one file, or - for standard input.', 'headrace send --help tells more.');
    const mapping = mappingOf(invocation);
    // Before a stage may have to be started for it.
    await sizeOf(file);
    return withCollector(invocation, (collector) => sendFile(invocation, file, mapping, collector));
  },
};

const sendFile = async (
  { screen, signal }: Invocation,
  file: string,
  mapping: Mapping,
  collector: Collector,
): Promise<Outcome> => {
  const started = Date.now();
  const source = await openLines(file, signal);
  const total = source.totalBytes ?? 0;
  const progress = screen.progress(
    `Sending ${file === '-' ? 'standard input' : basename(file)}`,
    total,
    'bytes',
  );
  const lines = batches(source.lines, lineMapper(mapping));
  const onProgress = () => progress.update(source.bytesRead());
  const { tally, retries } = await sendAll(collector, lines, signal, onProgress).finally(progress.stop);
  const ms = Date.now() - started;
  const rate = Math.round((tally.accepted / Math.max(ms, 1)) * 1000);
  progress.end(`${count(tally.accepted)} accepted in ${seconds(ms)} (${count(rate)}/s)`);
  if (tally.refused > 0) {
    const reasons = Object.entries(tally.reasons).map(([reason, n]) => `${reason} ${count(n)}`);
    screen.warn(`${count(tally.refused)} rejected, kept in quarantine: ${reasons.join(', ')}`);
  }
  return { ok: tally.refused === 0, document: { ...tally, retries, seconds: ms / 1000 } };
};

const mappingOf = (invocation: Invocation): Mapping => {
  const mapping: Mapping = {};
  for (const field of ['id', 'name', 'as', 'time'] as const) {
    const value = invocation.option(field);
    if (value !== undefined) mapping[field] = value;
  }
  if (isMapped(mapping) && mapping.name === undefined && mapping.as === undefined)
    throw new CliError(
      'The mapped lines have no event name.',
      'Add --name FIELD, or --as NAME for all of them.',
    );
  return mapping;
};

/** The collector that is named, or the emulator's. */
const withCollector = async (
  invocation: Invocation,
  work: (collector: Collector) => Promise<Outcome>,
): Promise<Outcome> => {
  const url = invocation.option('url') ?? process.env.HEADRACE_URL;
  const writeKey = invocation.option('key') ?? process.env.HEADRACE_WRITE_KEY;
  if (url !== undefined && writeKey !== undefined) return work({ url: url.replace(/\/$/, ''), writeKey });
  if (url !== undefined || invocation.stage !== 'local')
    throw new CliError(
      'A deployed stage needs the URL of its collector and a write key.',
      'Give --url and --key, or HEADRACE_URL and HEADRACE_WRITE_KEY. `sls info --stage STAGE` shows the URL.',
    );
  return withEmulator(invocation, async (access) => {
    const { collector: url, dataDir } = access.local;
    return work({ url, writeKey: writeKey ?? (await localWriteKey(access, dataDir, new Date())) });
  });
};

async function* batches(
  lines: AsyncIterable<string>,
  map: (line: string) => string,
): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for await (const line of lines) {
    const event = map(line);
    if (batch.length === BATCH_LINES || (batch.length > 0 && bytes + event.length > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += event.length;
  }
  if (batch.length > 0) yield batch;
}

const sendAll = async (
  collector: Collector,
  source: AsyncGenerator<string[]>,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<{ tally: Tally; retries: number }> => {
  const tally = emptyTally();
  let retries = 0;
  const onRetry = () => {
    retries += 1;
  };
  // Several senders draw from the one source: a slow answer holds up one of them only.
  const sender = async () => {
    for await (const batch of { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) }) {
      addTally(tally, await sendLines(collector, batch, { signal, onRetry }));
      onProgress();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  return { tally, retries };
};
