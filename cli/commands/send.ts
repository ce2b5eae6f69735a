import { basename } from 'node:path';
import type { Collector } from '../../client/collect/post.ts';
import { CliError, messageOf, nextStepAfter } from '../../client/failure.ts';
import { count, counted, seconds } from '../../client/format.ts';
import { type InputFile, inputFiles } from '../../client/input/files.ts';
import { localWriteKey } from '../../client/keys.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { mappingOptions, mappingUsage, type Reading, readingOf } from '../mappingOptions.ts';
import { type Sending, SHOWN_REJECTIONS, sendFiles } from '../send/sendFiles.ts';
import { withEmulator } from '../withStage.ts';

const usage = `
headrace send FILE|FOLDER|- …  [options]

  headrace send events.ndjson.gz
  headrace send visits.csv --id visit_id --name kind --time when --zone Asia/Seoul

Sends events out of files to the collector: JSON lines, JSON arrays, {"Records":[…]}, CSV with a header or Parquet; plain, gzip
or zstd. They are events as the collector takes them, or any objects with --id, --name and --time saying which fields to use; the whole
object then becomes the event's properties. Sending the same files again changes no count, if the events say when they
happened (event_time or --time). For history of any size \`headrace import\` is faster, and can be taken back.
${mappingUsage}
  --url URL          the collector (default: the emulator's; HEADRACE_URL)
  --key KEY          write key of the source (default: the emulator's own; HEADRACE_WRITE_KEY)`;

export const send: Command = {
  name: 'send',
  usage,
  options: { ...mappingOptions, url: { type: 'string' }, key: { type: 'string' } },
  run: async (invocation) => {
    if (invocation.positionals.length === 0)
      throw new CliError(
        'send takes files, folders, or - for standard input.',
        'headrace send --help tells more.',
      );
    const reading = readingOf(invocation);
    // Before a stage may have to be started for it.
    const files = await inputFiles(invocation.positionals);
    return withCollector(invocation, (collector) => sendAll(invocation, files, reading, collector));
  },
};

const titleOf = ([first, ...others]: readonly InputFile[]): string =>
  others.length > 0 ? `Sending ${others.length + 1} files` : `Sending ${basename(first?.name ?? '')}`;

const sendAll = async (
  { screen, signal }: Invocation,
  files: readonly InputFile[],
  reading: Reading,
  collector: Collector,
): Promise<Outcome> => {
  const started = Date.now();
  const total = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const progress = screen.progress(titleOf(files), total, 'bytes');
  const sending = sendFiles(files, reading, collector, signal);
  const { done } = sending;
  const timer = setInterval(() => progress.update(done.bytes), 100);
  try {
    await sending.ended;
  } catch (error) {
    throw signal.aborted ? stopped(done, error) : failed(done, error);
  } finally {
    clearInterval(timer);
    progress.stop();
  }
  const ms = Date.now() - started;
  const rate = Math.round((done.accepted / Math.max(ms, 1)) * 1000);
  progress.end(`${counted(done.accepted, 'event')} accepted in ${seconds(ms)} (${count(rate)}/s)`);
  showRejections(screen, done);
  const { bytes: _, ...tally } = done;
  return { ok: done.refused === 0, document: { ...tally, seconds: ms / 1000 } };
};

const showRejections = (screen: Invocation['screen'], done: Sending): void => {
  const { refused, unreadable, rejections } = done;
  if (refused === 0) return;
  const reasons = Object.entries(done.reasons).map(([reason, n]) => `${reason} ${count(n)}`);
  screen.warn(`${counted(refused, 'event')} rejected: ${reasons.join(', ')}`);
  for (const { file, line, reason, detail } of rejections.slice(0, SHOWN_REJECTIONS))
    screen.say(`  ${file}, line ${line}: ${reason}: ${detail}`);
  if (refused > SHOWN_REJECTIONS) screen.say(`  … and ${count(refused - SHOWN_REJECTIONS)} more`);
  if (refused > unreadable)
    screen.say(`${count(refused - unreadable)} of them are kept in quarantine: headrace quarantine list`);
  if (unreadable > 0) screen.say(`${count(unreadable)} could not be read, and were not sent.`);
};

const failed = ({ accepted, refused }: Sending, cause: unknown): CliError =>
  new CliError(
    `${messageOf(cause)}\nUntil then ${counted(accepted, 'event')} had been accepted and ${count(refused)} rejected.`,
    nextStepAfter(cause),
    { cause },
  );

const stopped = ({ accepted, refused }: Sending, cause: unknown): CliError =>
  new CliError(
    `Stopped. Until then ${counted(accepted, 'event')} had been accepted and ${count(refused)} rejected.`,
    'To go on, send the same files again, all of them: ids are the same then, so what was sent already is not counted twice (if the events say when they happened).',
    { cause },
  );

/** The collector that is named, or the emulator's. */
const withCollector = async (
  invocation: Invocation,
  work: (collector: Collector) => Promise<Outcome>,
): Promise<Outcome> => {
  const url = invocation.option('url') ?? process.env.HEADRACE_URL;
  const writeKey = invocation.option('key') ?? process.env.HEADRACE_WRITE_KEY;
  if (url !== undefined && writeKey !== undefined) return work({ url: url.replace(/\/$/, ''), writeKey });
  if (url !== undefined)
    throw new CliError(
      `The write key for ${url} is missing.`,
      'Give --key KEY, or HEADRACE_WRITE_KEY. `headrace keys create SOURCE --stage STAGE` makes one.',
    );
  if (invocation.stage !== 'local')
    throw new CliError(
      `The URL of the collector of ${invocation.stage}${writeKey === undefined ? ' and a write key are' : ' is'} missing.`,
      'Give --url and --key, or HEADRACE_URL and HEADRACE_WRITE_KEY. `sls info --stage STAGE` shows the URL.',
    );
  return withEmulator(invocation, async (access) => {
    const { collector: local, dataDir } = access.local;
    return work({ url: local, writeKey: writeKey ?? (await localWriteKey(access, dataDir, new Date())) });
  });
};
