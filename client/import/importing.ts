import { mapAtMost } from '../../src/atMost.ts';
import { importBatch, quarantineKey, rawKey } from '../../src/lake/layout.ts';
import type { Partition } from '../../src/lake/partition.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import type { PartitionStates } from '../../src/ports/ledger.ts';
import { PARALLEL, storeLines } from '../../src/sinks/storing.ts';
import { CliError } from '../failure.ts';
import type { Item } from '../input/item.ts';
import { type LineMaker, lakeLines } from './lines.ts';
import { type ImportRecord, readKeys, readRecord, removeKeys, writeKeys, writeRecord } from './record.ts';
import { type Portion, Spill } from './spill.ts';

export interface ImportPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  clock: Clock;
}

export interface Import {
  id: string;
  source: string;
  files: ImportRecord['files'];
  mapping: Record<string, unknown>;
  /** all items, file by file; each call reads them anew */
  read(): AsyncIterable<{ file: string; items: Item[] }>;
  makerOf(receivedAt: Date): LineMaker;
}

export interface Progress {
  /** Called as events are read and made lines. */
  onEvents?(events: number): void;
  /** Called as objects are stored, of those that this part of the input becomes. */
  onObjects?(stored: number, total: number): void;
}

interface Limits {
  /** of lines that lie on the disk: then they are stored, and the next part of the input begins */
  part: number;
  /** of the lines, and how many objects, that are stored before it is noted that they are */
  step: { bytes: number; objects: number };
  spill?: { buffer: number; portion: number };
}

const GiB = 1024 ** 3;
const LIMITS: Limits = { part: 8 * GiB, step: { bytes: 64 * 1024 * 1024, objects: 512 } };

/** More objects than a part's names have room for. */
const MAX_OBJECTS = 100_000;

const keyOf = (id: string, part: number, object: number, { kind, partition, rows }: Portion): string =>
  (kind === 'raw' ? rawKey : quarantineKey)(partition, importBatch(id, part, object), rows);

interface Planned {
  key: string;
  portion: Portion;
}

const planned = (id: string, part: number, portions: readonly Portion[]): Planned[] => {
  if (portions.length >= MAX_OBJECTS) throw new Error(`An import of ${portions.length} objects in one part.`);
  return portions.map((portion, object) => ({ key: keyOf(id, part, object, portion), portion }));
};

const stepsOf = (objects: readonly Planned[], { bytes, objects: most }: Limits['step']): Planned[][] => {
  const steps: Planned[][] = [];
  let size = 0;
  for (const one of objects) {
    const step = steps.at(-1);
    if (step !== undefined && step.length < most && size + one.portion.bytes <= bytes) step.push(one);
    else {
      steps.push([one]);
      size = 0;
    }
    size += one.portion.bytes;
  }
  return steps;
};

/** As landing does it: objects first, then the marks of their hours. */
const storeStep = async (step: readonly Planned[], spill: Spill, ports: ImportPorts): Promise<void> => {
  const targets = await Promise.all(
    step.map(async ({ key, portion }) => ({
      key,
      lines: {
        partition: portion.partition,
        rows: portion.rows,
        chunks: await spill.read(portion),
        firstRecord: 0,
      },
    })),
  );
  const rows = step.reduce((sum, { portion }) => sum + portion.rows, 0);
  const { failed } = await storeLines(targets, rows, ports.store);
  if (failed[0] !== undefined) throw failed[0].error;
  const hours = new Set(step.flatMap(({ portion }) => (portion.kind === 'raw' ? [portion.partition] : [])));
  const at = ports.clock.now();
  await mapAtMost(PARALLEL, [...hours], (hour) => ports.partitionStates.markStale(hour, at));
};

interface Run {
  record: ImportRecord;
  /** where an earlier try was stopped */
  done: ImportRecord['progress'];
  hours: Set<Partition>;
}

const assertStillOurs = async ({ store }: ImportPorts, id: string): Promise<void> => {
  const state = (await readRecord(store, id))?.state;
  if (state === 'running') return;
  throw new CliError(`The import ${id} is being taken back by somebody else (${state ?? 'it is gone'}).`);
};

/** Stores one part of the input. Its keys are noted before the first object is written. */
const storePart = async (
  part: number,
  spill: Spill,
  run: Run,
  ports: ImportPorts,
  limits: Limits,
  progress: Progress,
): Promise<void> => {
  const { record, done } = run;
  const objects = planned(record.id, part, await spill.portions());
  for (const { portion } of objects) if (portion.kind === 'raw') run.hours.add(portion.partition);
  record.objects += objects.length;
  if (part < done.part) return;
  await assertStillOurs(ports, record.id);
  const first = part === done.part ? done.objects : 0;
  await writeKeys(
    ports.store,
    record.id,
    part,
    objects.map(({ key }) => key),
  );
  let stored = first;
  progress.onObjects?.(stored, objects.length);
  for (const step of stepsOf(objects.slice(first), limits.step)) {
    await storeStep(step, spill, ports);
    stored += step.length;
    record.progress = { part, objects: stored };
    await assertStillOurs(ports, record.id);
    await writeRecord(ports.store, { ...record });
    progress.onObjects?.(stored, objects.length);
  }
};

const newRecord = ({ id, source, files, mapping }: Import, now: Date): ImportRecord => ({
  id,
  state: 'running',
  source,
  files: [...files],
  mapping,
  receivedAt: now.toISOString(),
  endedAt: null,
  events: 0,
  rejected: 0,
  objects: 0,
  hours: 0,
  from: null,
  to: null,
  progress: { part: 0, objects: 0 },
});

/** The record to go on with; a new one where there is none, or the import was taken back. */
const recordOf = async (wanted: Import, { store, clock }: ImportPorts): Promise<ImportRecord> => {
  const found = await readRecord(store, wanted.id);
  if (found?.state === 'running' || found?.state === 'done') return found;
  if (found?.state === 'undoing')
    throw new CliError(
      `The import ${wanted.id} is half taken back.`,
      `Finish that first: headrace import undo ${wanted.id}`,
    );
  await removeKeys(store, wanted.id);
  const record = newRecord(wanted, clock.now());
  await writeRecord(store, record);
  return record;
};

/** Its objects must be those that were noted: a try with another version of Headrace may cut them otherwise. */
const assertSameKeys = async (record: ImportRecord, keys: number, { store }: ImportPorts): Promise<void> => {
  const noted = await readKeys(store, record.id);
  if (noted.length === keys) return;
  throw new CliError(
    `The import ${record.id} was begun by another version of Headrace, which cut its objects otherwise.`,
    `Take it back and import again: headrace import undo ${record.id}`,
  );
};

/**
 * Imports files into the lake: raw objects as landing writes them, the hours marked stale, what is not an event in quarantine.
 * Ids, times and keys follow from the input alone. So a try that was stopped anywhere is repeated with the same result: it reads
 * the input again, and stores from where it was stopped. What is done already is given back as it is.
 */
export const importFiles = async (
  wanted: Import,
  ports: ImportPorts,
  progress: Progress = {},
  limits: Limits = LIMITS,
): Promise<ImportRecord> => {
  const record = await recordOf(wanted, ports);
  if (record.state === 'done') return record;
  const run: Run = { record, done: { ...record.progress }, hours: new Set() };
  Object.assign(record, { events: 0, rejected: 0, objects: 0 });
  const maker = wanted.makerOf(new Date(record.receivedAt));
  const spill = await Spill.create(limits.spill);
  let part = 0;
  const store = async (): Promise<void> => {
    await storePart(part, spill, run, ports, limits, progress);
    spill.clear();
    part += 1;
  };
  try {
    for await (const { file, items } of wanted.read()) {
      for (const line of lakeLines(maker, file, items)) {
        if (spill.bytes > 0 && spill.bytes + line.bytes.length > limits.part) await store();
        await spill.add(line);
        if (line.kind === 'raw') record.events += 1;
        else record.rejected += 1;
      }
      progress.onEvents?.(record.events + record.rejected);
    }
    if (spill.bytes > 0) await store();
  } finally {
    await spill.close();
  }
  await assertSameKeys(record, record.objects, ports);
  const hours = [...run.hours].sort();
  Object.assign(record, { state: 'done', endedAt: ports.clock.now().toISOString(), hours: hours.length });
  Object.assign(record, { from: hours[0] ?? null, to: hours.at(-1) ?? null });
  await assertStillOurs(ports, record.id);
  await writeRecord(ports.store, record);
  return record;
};
