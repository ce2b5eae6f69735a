import type { InputFile } from '../input/files.ts';
import type { Item } from '../input/item.ts';
import { type ReadOptions, readItems } from '../input/read.ts';
import { eventMapper } from '../mapping/mapEvent.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { idMaker } from '../mapping/occurrences.ts';
import { assertFieldsExist, SAMPLE, type Sample, sampleOf } from '../mapping/sample.ts';
import { type Estimate, estimate } from './estimate.ts';
import { type LakeLine, type LineMaker, lakeLines } from './lines.ts';

/** What a look at the first events of each file tells. */
export interface Preview {
  sample: Sample;
  /** the first events, as they will be stored */
  events: Record<string, unknown>[];
  /** events of the sample that will be rejected, with why; the first of them */
  rejected: number;
  rejections: { reason: string; detail: string }[];
  estimate: Estimate;
}

const SHOWN = 3;

/** So small that what is read is about what the events take. */
const CHUNK_BYTES = 8 * 1024;

/** Of further files fewer are looked at, and not all files where there are many. */
const OTHER_FILES = 20;
const OTHER_EVENTS = 100;

/** `events` are those in `bytes`: as many as were read, or all of a file that says how many it has. */
const firstItems = async (
  file: InputFile,
  options: ReadOptions,
  enough: number,
): Promise<{ items: Item[]; events: number; bytes: number }> => {
  const items: Item[] = [];
  let bytes = 0;
  let rows: number | undefined;
  const onBytes = (more: number): void => {
    bytes += more;
  };
  const onRows = (all: number): void => {
    rows = all;
  };
  for await (const batch of readItems(file, { ...options, onBytes, onRows, chunkBytes: CHUNK_BYTES })) {
    items.push(...batch);
    if (items.length >= enough) break;
  }
  return rows === undefined
    ? { items, events: items.length, bytes }
    : { items, events: rows, bytes: file.bytes ?? bytes };
};

const parsed = ({ bytes }: LakeLine): Record<string, unknown> => JSON.parse(bytes.toString('utf8'));

/** The first file is looked at closely, others for what is missing there. Throws CliError for a field that none has. */
export const preview = async (
  files: readonly InputFile[],
  mapping: Mapping,
  options: ReadOptions,
  maker: Omit<LineMaker, 'map'>,
): Promise<Preview> => {
  const step = Math.max(1, Math.floor(files.length / OTHER_FILES));
  const looked = files.filter((_, index) => index === 0 || index % step === 0);
  const all: Item[] = [];
  const lines: LakeLine[] = [];
  let counted = 0;
  let bytes = 0;
  for (const [index, file] of looked.entries()) {
    const found = await firstItems(file, options, index === 0 ? SAMPLE : OTHER_EVENTS);
    assertFieldsExist(sampleOf(found.items, mapping), file.name);
    const map = eventMapper(mapping, idMaker());
    all.push(...found.items);
    lines.push(...lakeLines({ ...maker, map }, file.name, found.items));
    counted += found.events;
    bytes += found.bytes;
  }
  const events = lines.filter(({ kind }) => kind === 'raw');
  const rejected = lines.filter(({ kind }) => kind === 'quarantine').map(parsed);
  const total = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  const lineBytes = events.reduce((sum, line) => sum + line.bytes.length, 0) / Math.max(1, events.length);
  return {
    sample: sampleOf(all, mapping),
    events: events.slice(0, SHOWN).map(parsed),
    rejected: rejected.length,
    rejections: rejected
      .slice(0, SHOWN)
      .map(({ reason, detail }) => ({ reason: String(reason), detail: String(detail) })),
    estimate: estimate({
      times: events.map((line) => String(parsed(line).event_time)),
      lineBytes,
      events: Math.round((counted * total) / Math.max(1, Math.min(bytes, total))),
    }),
  };
};
