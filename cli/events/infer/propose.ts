import { MAX_COLUMNS } from '../../../compiler/events/compile.ts';
import { columnFlaw, LONGEST_NAME, snakeCase } from '../../../compiler/events/names.ts';
import { parseSource, sourceText } from '../../../compiler/events/source.ts';
import type { ColumnType } from '../../../src/events/columnType.ts';
import type { CatalogColumn, Source } from '../../../src/events/eventType.ts';
import type { Protection } from '../../../src/events/protection.ts';
import { ruleOfPlace } from '../../../src/events/ruleOfPlace.ts';
import { kindsOf, MAX_MEMBERS, type Observed } from './observe.ts';
import { fills, isOpen, proposedType } from './proposedType.ts';

/** A column as the file is to have it. */
export interface ProposedColumn {
  name: string;
  source: Source;
  observed: Observed;
  /** absent where the column stands in another file already */
  type?: ColumnType;
  pii?: Protection;
  /** whether values are personal, so that none of them is shown */
  personal: boolean;
}

export interface Proposal {
  columns: ProposedColumn[];
  /** personal data that becomes no column */
  pii: { source: Source; protection: Protection }[];
  /** what was left out, and why */
  left: { place: string; why: string }[];
}

export interface Known {
  view: string;
  columns: readonly CatalogColumn[];
}

/** Of one file: more columns than that nobody reads through. */
const MOST_COLUMNS = 100;

const suffixes: Readonly<Record<string, string>> = {
  string: 'text',
  bigint: 'number',
  double: 'number',
  boolean: 'flag',
  timestamp: 'time',
  date: 'day',
  json: 'json',
};

const suffixOf = (type: ColumnType): string =>
  typeof type === 'string' ? (suffixes[type] ?? 'amount') : 'list';

const cut = (name: string): string => name.slice(0, LONGEST_NAME).replace(/_+$/, '');

/** Names for a column, the best first. */
function* namesFor({ in: place, path }: Source, type: ColumnType, view: string): Generator<string> {
  const base = snakeCase(path.join('_')) || 'property';
  const long = place === 'context' ? `context_${base}` : `${view}_${base}`;
  for (const name of [base, `${base}_${suffixOf(type)}`, long, `${long}_${suffixOf(type)}`]) yield cut(name);
  for (let n = 2; ; n += 1) yield `${base.slice(0, LONGEST_NAME - 5)}_${n}`;
}

const hasEmails = (observed: Observed | undefined): boolean => (observed?.strings.emails ?? 0) > 0;

const isFlag = (observed: Observed): boolean => kindsOf(observed).every(([kind]) => kind === 'boolean');

/** Collects columns; each name once. */
class Proposing {
  readonly proposal: Proposal = { columns: [], pii: [], left: [] };
  readonly #known: Known;
  readonly #catalog: ReadonlyMap<string, CatalogColumn>;
  readonly #taken = new Set<string>();
  #fresh = 0;

  constructor(known: Known) {
    this.#known = known;
    this.#catalog = new Map(known.columns.map((column) => [column.name, column]));
  }

  add(source: Source, observed: Observed): void {
    const rule = ruleOfPlace(source, isFlag(observed));
    if (isOpen(observed, source.path.length) && rule === undefined) {
      for (const [name, below] of observed.members)
        this.add({ ...source, path: [...source.path, name] }, below);
      return;
    }
    const why = this.#take(source, observed, rule);
    if (why !== undefined) this.proposal.left.push({ place: sourceText(source), why });
  }

  /** Makes a column of a place, or tells why not. */
  #take(source: Source, observed: Observed, rule: Protection | undefined): string | undefined {
    const parsed = parseSource(sourceText(source));
    if ('flaw' in parsed) return parsed.flaw;
    // A list or an object that is personal as a whole is not taken apart, nor anything in it shown.
    const whole = rule ?? (hasEmails(observed.elements) ? 'hash' : undefined);
    if (whole !== undefined && (observed.arrays > 0 || observed.objects > 0)) {
      this.proposal.pii.push({ source, protection: whole });
      return 'personal data as a whole: it stays in properties or context';
    }
    const type = proposedType(observed, source.path.at(-1) ?? '', (below, field) =>
      this.#isPlain({ in: source.in, path: [...source.path, ...below] }, field),
    );
    if (type === undefined) return 'it was null in every event: nothing says its type';
    if (this.proposal.columns.length >= MOST_COLUMNS) return `more than ${MOST_COLUMNS} columns`;
    const { name, reused } = this.#nameOf(source, observed, type);
    if (!reused && this.#catalog.size + this.#fresh >= MAX_COLUMNS)
      return `a project has at most ${MAX_COLUMNS} columns`;
    if (!reused) this.#fresh += 1;
    this.#taken.add(name);
    const found = rule ?? (hasEmails(observed) ? 'hash' : undefined);
    const pii = found === 'hash' && type !== 'string' ? 'drop' : found;
    this.proposal.columns.push({
      ...{ name, source, observed, personal: found !== undefined },
      ...(reused ? {} : { type }),
      ...(reused || pii === undefined ? {} : { pii }),
    });
    return undefined;
  }

  /** Fields of a list's objects that are personal are left out of its column. */
  #isPlain(source: Source, observed: Observed): boolean {
    if (ruleOfPlace(source, isFlag(observed)) === undefined && !hasEmails(observed)) return true;
    this.proposal.left.push({ place: sourceText(source), why: 'personal data inside of a list' });
    return false;
  }

  #nameOf(source: Source, observed: Observed, type: ColumnType): { name: string; reused: boolean } {
    for (const name of namesFor(source, type, this.#known.view)) {
      if (columnFlaw(name) !== undefined || this.#taken.has(name)) continue;
      const there = this.#catalog.get(name);
      if (there === undefined) return { name, reused: false };
      if (fills(there.type, observed)) return { name, reused: true };
    }
    throw new Error('names never end');
  }
}

const countOf = (observed: Observed): number =>
  observed.nulls + kindsOf(observed).reduce((sum, [, count]) => sum + count, 0);

/** As they came; where not all can be columns, the most frequent first. */
const mostFrequent = (members: ReadonlyMap<string, Observed>): [string, Observed][] =>
  members.size <= MOST_COLUMNS ? [...members] : [...members].sort(([, a], [, b]) => countOf(b) - countOf(a));

/** Columns for what was observed of the events of one name. */
export const propose = (seen: Readonly<Record<Source['in'], Observed>>, known: Known): Proposal => {
  const proposing = new Proposing(known);
  for (const place of ['properties', 'context'] as const) {
    const { members } = seen[place];
    for (const [name, observed] of mostFrequent(members))
      proposing.add({ in: place, path: [name] }, observed);
    if (members.size >= MAX_MEMBERS)
      proposing.proposal.left.push({
        place,
        why: `it has more than ${MAX_MEMBERS} names, of which these are the first`,
      });
  }
  return proposing.proposal;
};
