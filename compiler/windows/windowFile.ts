import type { ScalarType } from '../../src/events/columnType.ts';
import type { CatalogColumn } from '../../src/events/eventType.ts';
import { scaleOf, windowColumns } from '../../src/events/windows/columns.ts';
import type { Measure, WindowAlarm, WindowInput, WindowType } from '../../src/events/windows/windowType.ts';
import { envelopeNames, fieldFlaw } from '../events/names.ts';
import { didYouMean, type Fault } from '../faults.ts';
import type { SourceFile } from '../sourceFiles.ts';
import { type Member, YamlFile } from '../yamlFile.ts';
import { readConditions } from './conditions.ts';
import { parseAlarm, parseMeasure, parseSeconds } from './texts.ts';

const KEYS = ['description', 'of', 'every', 'where', 'by', 'measures', 'metric', 'alarm'];

/** Lambda takes no longer tumbling windows. */
const MAX_SECONDS = 900;
const HOUR_SECONDS = 3_600;

/** Glue takes so much for a table's comment. */
const MAX_COMMENT = 2_048;
/** A part has a row for each group, and each row has them all. */
const MAX_MEASURES = 20;

/** Columns of the view besides groups and measures. */
const ofTheView = ['window_start', 'layer'];

/** A number of which sums are made. */
const isNumber = (type: ScalarType): boolean => type === 'double' || scaleOf(type) !== undefined;

/** Reads one file of queries/windows/ and notes what is wrong with it; undefined if it cannot be used. */
export const readWindowFile = (
  { file, text }: SourceFile,
  name: string,
  catalog: readonly CatalogColumn[],
  faults: Fault[],
): WindowType | undefined => {
  const count = faults.length;
  const yaml = new YamlFile(file, text, faults);
  if (yaml.root === null) return undefined;
  const window = new WindowReader(yaml, catalog).read(name);
  return faults.length === count ? window : undefined;
};

class WindowReader {
  readonly #yaml: YamlFile;
  readonly #catalog: readonly CatalogColumn[];
  #columns: ReadonlyMap<string, ScalarType> = new Map();

  constructor(yaml: YamlFile, catalog: readonly CatalogColumn[]) {
    this.#yaml = yaml;
    this.#catalog = catalog;
  }

  read(name: string): WindowType {
    const top = this.#yaml.known(this.#yaml.root, 'the file', KEYS, 'every: 60');
    const of = this.#input(top.get('of'));
    this.#columns = windowColumns(of, this.#catalog);
    const every = this.#every(top.get('every'));
    const measures = this.#measures(top.get('measures'));
    const alarm = this.#alarm(top.get('alarm'), measures, every);
    return {
      name,
      comment: this.#comment(top.get('description')),
      of,
      every,
      where: readConditions(this.#yaml, top.get('where'), (column, line) =>
        this.#column(column, 'where', line),
      ),
      by: this.#by(top.get('by'), measures),
      measures,
      metric: this.#flag(top.get('metric')) || alarm !== undefined,
      ...(alarm === undefined ? {} : { alarm }),
    };
  }

  #comment(member: Member | undefined): string {
    if (member === undefined) {
      this.#yaml.fault(1, 'the file needs a description: what the window counts, in a sentence.');
      return '';
    }
    const text = this.#yaml.text(member, 'description') ?? '';
    if (Buffer.byteLength(text) > MAX_COMMENT)
      this.#yaml.fault(member.line, `a description has at most ${MAX_COMMENT} bytes here.`);
    // osls would put a variable in its place.
    if (text.includes('${')) this.#yaml.fault(member.line, 'a description must not have "${" in it.');
    return text;
  }

  #input(member: Member | undefined): WindowInput {
    const text = member && this.#yaml.text(member, 'of');
    if (text === undefined || text === 'events' || text === 'rejected') return text ?? 'events';
    this.#yaml.fault(member?.line, `of: "${text}" is not known here. Write events or rejected.`);
    return 'events';
  }

  #every(member: Member | undefined): number {
    if (member === undefined) {
      this.#yaml.fault(1, 'the file needs every: how long a window is, such as every: 60');
      return 60;
    }
    const [written] = this.#yaml.scalars(member, 'every', false) ?? [];
    if (written === undefined) return 60;
    const seconds = parseSeconds(written.text);
    const says = this.#everyFlaw(written.text, seconds);
    if (says !== undefined) this.#yaml.fault(member.line, says);
    return says === undefined ? (seconds ?? 60) : 60;
  }

  #everyFlaw(text: string, seconds: number | undefined): string | undefined {
    if (seconds === undefined)
      return `every: "${text}" is not a length of time. Write seconds or minutes, such as 60, 30s or 5m.`;
    if (seconds < 1 || seconds > MAX_SECONDS)
      return `every: a window has 1 to ${MAX_SECONDS} seconds (15 minutes), which is what Lambda takes; this has ${seconds}.`;
    return HOUR_SECONDS % seconds === 0
      ? undefined
      : `every: windows of ${seconds} seconds do not fill an hour evenly. Take a length that does, such as 30, 60, 300 or 900.`;
  }

  /** Notes a column that is not known, and gives its type otherwise. */
  #column(column: string, what: string, line: number): ScalarType | undefined {
    const type = this.#columns.get(column);
    if (type === undefined)
      this.#yaml.fault(
        line,
        `${what}: "${column}" is not a column that windows can use.${this.#others(column)}`,
      );
    return type;
  }

  #others(column: string): string {
    const known = [...this.#columns.keys()];
    return didYouMean(column, known) || ` There are: ${known.join(', ')}`;
  }

  #by(member: Member | undefined, measures: readonly Measure[]): string[] {
    if (member === undefined) return [];
    const seen = new Set<string>(measures.map(({ name }) => name));
    return this.#yaml.exactTexts(member, 'by').map(({ text, line }) => {
      const type = this.#column(text, 'by', line);
      if (type !== undefined && isNumber(type) && scaleOf(type) !== 0)
        this.#yaml.fault(
          line,
          `by: "${text}" is a ${type}, which makes no groups. Take a text or a whole number.`,
        );
      if (ofTheView.includes(text))
        this.#yaml.fault(line, `by: every view of a window has a column "${text}" of its own.`);
      if (seen.has(text)) this.#yaml.fault(line, `by: "${text}" stands twice in this file.`);
      seen.add(text);
      return text;
    });
  }

  #measures(member: Member | undefined): Measure[] {
    if (member === undefined) {
      this.#yaml.fault(1, 'the file needs measures, such as measures: { events: count }');
      return [];
    }
    const members = this.#yaml.members(member.value, 'measures', 'events: count');
    if (members.length > MAX_MEASURES)
      this.#yaml.fault(
        member.line,
        `a window has at most ${MAX_MEASURES} measures, this has ${members.length}.`,
      );
    return members.flatMap((one) => this.#measure(one) ?? []);
  }

  #measure(member: Member): Measure | undefined {
    const { name, line } = member;
    const what = `measures.${name}`;
    // A measure may be called like a column of the catalog: revenue: sum(revenue).
    const flaw =
      envelopeNames.includes(name) || ofTheView.includes(name)
        ? 'every view of a window, or every event, has a column of this name. Choose another name.'
        : fieldFlaw(name);
    if (flaw !== undefined) this.#yaml.fault(line, `${what}: ${flaw}`);
    const text = this.#yaml.text(member, what);
    if (text === undefined) return undefined;
    const parsed = parseMeasure(name, text);
    if (parsed === undefined) {
      this.#yaml.fault(
        line,
        `${what}: "${text}" is not a measure. Write count, sum(column) or distinct(column).`,
      );
      return undefined;
    }
    if (parsed.what === 'count') return parsed;
    const type = this.#column(parsed.column, what, line);
    if (type !== undefined && parsed.what === 'sum' && !isNumber(type))
      this.#yaml.fault(line, `${what}: "${parsed.column}" is a ${type}. Sums are made of numbers.`);
    return parsed;
  }

  #flag(member: Member | undefined): boolean {
    const [written] = (member && this.#yaml.scalars(member, 'metric', false)) ?? [];
    if (written !== undefined && written.kind !== 'boolean')
      this.#yaml.fault(member?.line, 'metric must be true or false.');
    return written?.text === 'true';
  }

  #alarm(member: Member | undefined, measures: readonly Measure[], every: number): WindowAlarm | undefined {
    const text = member && this.#yaml.text(member, 'alarm');
    if (member === undefined || text === undefined) return undefined;
    const parsed = parseAlarm(text, measures, every);
    if (!('flaw' in parsed)) return parsed;
    this.#yaml.fault(member.line, `alarm: ${parsed.flaw}`);
    return undefined;
  }
}
