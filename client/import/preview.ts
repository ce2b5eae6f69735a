import type { InputFile } from '../input/files.ts';
import { firstItems } from '../input/first.ts';
import type { Item } from '../input/item.ts';
import type { ReadOptions } from '../input/read.ts';
import { eventMapper } from '../mapping/mapEvent.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { idMaker } from '../mapping/occurrences.ts';
import { assertFieldsExist, type Sample, sampleOf } from '../mapping/sample.ts';
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

const parsed = ({ bytes }: LakeLine): Record<string, unknown> => JSON.parse(bytes.toString('utf8'));

/** Throws CliError for a field that no event of the sample has. */
export const preview = async (
  files: readonly InputFile[],
  mapping: Mapping,
  options: ReadOptions,
  maker: Omit<LineMaker, 'map'>,
): Promise<Preview> => {
  const all: Item[] = [];
  const lines: LakeLine[] = [];
  let counted = 0;
  let bytes = 0;
  for await (const found of firstItems(files, options)) {
    const map = eventMapper(mapping, idMaker());
    all.push(...found.items);
    lines.push(...lakeLines({ ...maker, map }, found.file.name, found.items));
    counted += found.events;
    bytes += found.bytes;
  }
  const sample = sampleOf(all, mapping);
  assertFieldsExist(sample, mapping, files);
  const events = lines.filter(({ kind }) => kind === 'raw');
  const rejected = lines.filter(({ kind }) => kind === 'quarantine').map(parsed);
  const total = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  const lineBytes = events.reduce((sum, line) => sum + line.bytes.length, 0) / Math.max(1, events.length);
  return {
    sample,
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
