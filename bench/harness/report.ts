import { median, spread } from './statistics.ts';

/** A side's figure over all rounds. */
export interface Figure {
  what: string;
  unit: string;
  median: number;
  /** first and third quartile */
  spread: [number, number];
  peakRssMb?: number;
}

/** One comparison of a case. */
export interface Part {
  of: string;
  /** of `measured` to `against`, the median of the rounds' own ratios; null where there is nothing to compare with */
  ratio: number | null;
  ratioSpread?: [number, number];
  measured: Figure;
  against: Figure | null;
  /** in words; null for a figure that is only told */
  aim: string | null;
  met: boolean | null;
  rounds: number;
  note?: string;
}

/** What a case prints: one line of JSON. The head is its first part. */
export interface Line extends Part {
  case: string;
  /** of all parts that have an aim */
  met: boolean | null;
  parts: Part[];
  /** what could not be measured here, and why */
  skipped: string[];
  seconds: number;
}

const round = (value: number): number => Number(value.toPrecision(4));

export interface FigureInput {
  what: string;
  unit: string;
  values: readonly number[];
  peakRssBytes?: readonly number[];
}

export const figure = ({ what, unit, values, peakRssBytes }: FigureInput): Figure => {
  const [q1, q3] = spread(values);
  return {
    what,
    unit,
    median: round(median(values)),
    spread: [round(q1), round(q3)],
    ...(peakRssBytes === undefined ? {} : { peakRssMb: Math.round(Math.max(...peakRssBytes) / 2 ** 20) }),
  };
};

export interface PartInput {
  of: string;
  measured: FigureInput;
  against?: FigureInput | undefined;
  /** a round's ratio out of the two sides' values; default: measured / against */
  ratioOf?: (measured: number, against: number) => number;
  aim?: { says: string; met: (seen: { ratio: number; median: number }) => boolean };
  note?: string | undefined;
}

/** Sums up the rounds of one comparison. Both sides have a value a round, or `against` one for all. */
export const part = ({ of, measured, against, ratioOf, aim, note }: PartInput): Part => {
  const divide = ratioOf ?? ((a: number, b: number) => a / b);
  const found = against
    ? measured.values.map((value, at) => divide(value, against.values[at] ?? median(against.values)))
    : [];
  const ratio = found.length === 0 ? null : round(median(found));
  const [q1, q3] = found.length === 0 ? [Number.NaN, Number.NaN] : spread(found);
  return {
    of,
    ratio,
    ...(ratio === null ? {} : { ratioSpread: [round(q1), round(q3)] satisfies [number, number] }),
    measured: figure(measured),
    against: against ? figure(against) : null,
    aim: aim?.says ?? null,
    met: aim?.met({ ratio: ratio ?? Number.NaN, median: median(measured.values) }) ?? null,
    rounds: measured.values.length,
    ...(note === undefined ? {} : { note }),
  };
};

export interface CaseResult {
  /** the first is the head of the line */
  parts: Part[];
  skipped?: string[];
}

export const line = (name: string, { parts, skipped = [] }: CaseResult, seconds: number): Line => {
  const head = parts[0];
  if (head === undefined) throw new Error(`The case ${name} has measured nothing.`);
  const aims = parts.flatMap(({ met }) => (met === null ? [] : [met]));
  return {
    case: name,
    ...head,
    met: aims.length === 0 ? null : aims.every(Boolean),
    parts,
    skipped,
    seconds: Math.round(seconds),
  };
};

const number = (value: number): string =>
  Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en-US') : String(value);

const figureText = ({ median: middle, spread: [q1, q3], unit, peakRssMb }: Figure): string => {
  const said = unit === '' ? number(middle) : `${number(middle)} ${unit}`;
  const between = q1 === q3 ? '' : ` (${number(q1)}–${number(q3)})`;
  return `${said}${between}${peakRssMb === undefined ? '' : `, ${number(peakRssMb)} MB`}`;
};

const ratioText = ({ ratio, ratioSpread: [q1, q3] = [0, 0] }: Part): string => {
  if (ratio === null) return '–';
  return q1 === q3 ? String(ratio) : `${ratio} (${q1}–${q3})`;
};

const aimText = ({ aim, met }: Part): string => (aim === null ? '' : `${aim}${met ? ': yes' : ': **no**'}`);

/** The table of docs/reference/performance.md. */
export const table = (lines: readonly Line[]): string =>
  [
    '| case | what | measured | against | ratio | aim |',
    '|---|---|---|---|---|---|',
    ...lines.flatMap((each) =>
      each.parts.map((one) => {
        const against = one.against === null ? '–' : `${one.against.what}: ${figureText(one.against)}`;
        return `| ${each.case} | ${one.of} | ${figureText(one.measured)} | ${against} | ${ratioText(one)} | ${aimText(one)} |`;
      }),
    ),
  ].join('\n');
