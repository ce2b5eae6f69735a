import type { StageAccess } from '../../client/access.ts';
import { CliError } from '../../client/failure.ts';
import { count, counted, seconds } from '../../client/format.ts';
import { bucketsOf } from '../../client/import/buckets.ts';
import { identify, importId } from '../../client/import/identity.ts';
import { type Import, importFiles } from '../../client/import/importing.ts';
import { preview } from '../../client/import/preview.ts';
import { protectionOf } from '../../client/import/protection.ts';
import { type ImportRecord, readRecord } from '../../client/import/record.ts';
import { type InputFile, inputFiles } from '../../client/input/files.ts';
import { type ReadOptions, readItems } from '../../client/input/read.ts';
import { openLakehouse } from '../../client/lakehouse.ts';
import { eventMapper } from '../../client/mapping/mapEvent.ts';
import { idMaker } from '../../client/mapping/occurrences.ts';
import { dayOf, nextDay } from '../../src/lake/partition.ts';
import type { Invocation, Outcome } from '../command.ts';
import { type Reading, readingOf } from '../mappingOptions.ts';
import { withStage } from '../withStage.ts';
import { mayGoOn } from './ask.ts';
import { showPreview } from './show.ts';

const DEFAULT_SOURCE = 'import';

export const runImport = async (invocation: Invocation): Promise<Outcome> => {
  const reading = readingOf(invocation);
  const given = invocation.positionals;
  // Before a stage may have to be started for it. What lies in S3 is seen with the stage's credentials.
  if (!given.some((one) => one.startsWith('s3://'))) await inputFiles(given);
  return withStage(invocation, (access) => importInto(invocation, access, reading));
};

async function* itemsOf(files: readonly InputFile[], options: ReadOptions) {
  for (const file of files)
    for await (const items of readItems(file, options)) yield { file: file.name, items };
}

const importInto = async (
  invocation: Invocation,
  access: StageAccess,
  reading: Reading,
): Promise<Outcome> => {
  const { screen, signal } = invocation;
  const lakehouse = await openLakehouse(access);
  const files = await inputFiles(invocation.positionals, bucketsOf(access));
  const source = invocation.option('source') ?? reading.source ?? DEFAULT_SOURCE;
  const protection = await protectionOf(access);
  const { mapping, shape, wrapper } = reading;
  const options: ReadOptions = {
    signal,
    ...(shape === undefined ? {} : { shape }),
    ...(wrapper === undefined ? {} : { wrapper }),
  };
  const identified = await identify(files, signal);
  const id = importId(identified, { mapping, shape, wrapper, source });
  const earlier = await readRecord(lakehouse.store, id);
  if (earlier?.state === 'done') return doneAlready(invocation, earlier);
  const found = await preview(files, mapping, options, { id, source, receivedAt: new Date(), protection });
  showPreview(screen, found);
  if (earlier?.state === 'running')
    screen.say(`\nThe import ${id} was begun at ${earlier.receivedAt}: it goes on where it was stopped.`);
  if (invocation.flag('plan')) return { ok: true, document: { id, state: 'planned', preview: found } };
  const question = `Import ${counted(files.length, 'file')} into ${access.stage}?`;
  if (!(await mayGoOn(invocation, question)))
    return { ok: false, document: { id, state: 'planned', preview: found } };
  let read = 0;
  const onBytes = (bytes: number): void => {
    read += bytes;
  };
  const wanted: Import = {
    id,
    source,
    files: identified,
    mapping,
    read: () => itemsOf(files, { ...options, onBytes }),
    makerOf: (receivedAt) => ({ id, source, receivedAt, protection, map: eventMapper(mapping, idMaker()) }),
  };
  const total = identified.reduce((sum, { bytes }) => sum + bytes, 0);
  return follow(invocation, wanted, lakehouse, total, () => read);
};

const doneAlready = ({ screen }: Invocation, record: ImportRecord): Outcome => {
  screen.say(
    `These files were imported already, in the same way: import ${record.id}, begun ${record.receivedAt}. Nothing to do.`,
  );
  return { ok: true, document: record };
};

const follow = async (
  invocation: Invocation,
  wanted: Import,
  lakehouse: Parameters<typeof importFiles>[1],
  total: number,
  read: () => number,
): Promise<Outcome> => {
  const { screen, signal } = invocation;
  const started = Date.now();
  const progress = screen.progress(`Importing as ${wanted.id}`, total, 'bytes');
  let events = 0;
  let stored = '';
  const timer = setInterval(
    () => progress.update(read(), `${count(events)} events, ${rateOf(events, started)}${stored}`),
    200,
  );
  try {
    const record = await importFiles(wanted, lakehouse, {
      onEvents: (seen) => {
        signal.throwIfAborted();
        events = seen;
      },
      onObjects: (done, all) => {
        signal.throwIfAborted();
        stored = `, ${count(done)} of ${count(all)} objects stored`;
      },
    });
    clearInterval(timer);
    progress.stop();
    return ended(invocation, record, Date.now() - started, progress.end);
  } catch (error) {
    throw signal.aborted ? stopped(wanted.id, events, error) : error;
  } finally {
    clearInterval(timer);
    progress.stop();
  }
};

const rateOf = (events: number, since: number): string =>
  `${count(Math.round((events / Math.max(1, Date.now() - since)) * 1000))}/s`;

const ended = (
  { screen }: Invocation,
  record: ImportRecord,
  ms: number,
  end: (summary: string) => void,
): Outcome => {
  end(`${counted(record.events, 'event')} in ${counted(record.hours, 'hour')}, in ${seconds(ms)}`);
  if (record.rejected > 0)
    screen.warn(
      `${counted(record.rejected, 'event')} rejected and kept in quarantine, each with its file and line: headrace quarantine show --source ${record.source}`,
    );
  if (record.from !== null && record.to !== null) {
    screen.say(
      `To build what was imported: headrace backfill --from ${dayOf(record.from)} --to ${nextDay(dayOf(record.to))}`,
    );
    screen.say(`To take it back: headrace import undo ${record.id}`);
  }
  const nothing = record.rejected > 0 && record.events === 0;
  return { ok: !nothing, document: { ...record, seconds: ms / 1000 } };
};

const stopped = (id: string, events: number, cause: unknown): CliError =>
  new CliError(
    `Stopped, with ${counted(events, 'event')} read.`,
    `The same command goes on where it was stopped, and doubles nothing. To take back what was stored: headrace import undo ${id}`,
    { cause },
  );
