import { mapAtMost } from '../../src/atMost.ts';
import { partitionOfKey, RAW, rawFolder } from '../../src/lake/layout.ts';
import type { Partition } from '../../src/lake/partition.ts';
import { PARALLEL } from '../../src/sinks/storing.ts';
import { CliError } from '../failure.ts';
import type { ImportPorts } from './importing.ts';
import { type ImportRecord, readKeys, readRecord, writeRecord } from './record.ts';

/** As many as one call of S3 removes. */
const STEP = 1_000;

export const recordNamed = async (
  id: string,
  { store }: Pick<ImportPorts, 'store'>,
): Promise<ImportRecord> => {
  const record = await readRecord(store, id);
  if (record !== undefined) return record;
  throw new CliError(`There is no import ${id}.`, '`headrace import list` shows all imports.');
};

/** An hour that nothing was built of, and that has no raw object any more, needs no build. */
const forgetEmpty = async (hour: Partition, { store, partitionStates }: ImportPorts): Promise<void> => {
  const entry = await partitionStates.entry(hour);
  if (entry === undefined || entry.committed !== null) return;
  // The entry first: what lands while we look makes its counter move.
  if ((await store.list(rawFolder(hour))).length === 0)
    await partitionStates.forgetEmpty(hour, entry.landings);
};

const takeBack = async (keys: readonly string[], ports: ImportPorts): Promise<void> => {
  const hours = Map.groupBy(
    keys.filter((key) => key.startsWith(RAW)),
    (key) => partitionOfKey(key) ?? '',
  );
  const at = ports.clock.now();
  const withdraw = () =>
    mapAtMost(PARALLEL, [...hours], ([hour, ofHour]) => ports.partitionStates.withdraw(hour, ofHour, at));
  await withdraw();
  await ports.store.remove(keys);
  // A build that began before the objects went may have been committed meanwhile, and with it the note.
  await withdraw();
  await mapAtMost(PARALLEL, [...hours.keys()], (hour) => forgetEmpty(hour, ports));
};

/** Steps of whole hours, so that none is marked more often than needed. */
const stepsOf = (keys: readonly string[]): string[][] => {
  const steps: string[][] = [];
  for (const ofHour of Map.groupBy(keys, (key) => partitionOfKey(key) ?? '').values()) {
    const step = steps.at(-1);
    if (step !== undefined && step.length + ofHour.length <= STEP) step.push(...ofHour);
    else steps.push([...ofHour]);
  }
  return steps;
};

const hoursIn = (keys: readonly string[]): Partition[] => {
  const raw = keys.filter((key) => key.startsWith(RAW));
  return [...new Set(raw.map((key) => partitionOfKey(key) ?? ''))].sort();
};

/**
 * Takes an import back: removes exactly the objects that it wrote, in raw/ and in quarantine/, and marks their hours stale, so that the
 * next run publishes them without it. Whatever else is in these hours stays. Can be repeated from wherever it was stopped.
 */
export const undoImport = async (
  id: string,
  ports: ImportPorts,
  onRemoved: (removed: number, total: number) => void = () => {},
): Promise<ImportRecord> => {
  const record = await recordNamed(id, ports);
  if (record.state === 'undone') return record;
  await writeRecord(ports.store, { ...record, state: 'undoing' });
  const keys = await readKeys(ports.store, id);
  let removed = 0;
  for (const step of stepsOf(keys)) {
    await takeBack(step, ports);
    removed += step.length;
    onRemoved(removed, keys.length);
  }
  const hours = hoursIn(keys);
  const undone: ImportRecord = {
    ...record,
    state: 'undone',
    endedAt: ports.clock.now().toISOString(),
    // Of what was noted: an import that was stopped does not know its own figures.
    objects: keys.length,
    hours: hours.length,
    from: hours[0] ?? null,
    to: hours.at(-1) ?? null,
  };
  await writeRecord(ports.store, undone);
  return undone;
};
