import { distance } from 'fastest-levenshtein';

/** Something in a file of the project that cannot stay so: where it is, what is wrong, and what to write instead. */
export interface Fault {
  /** from the project's folder: `events/order_completed.yml` */
  file: string;
  /** absent where it is about the file as a whole */
  line?: number;
  says: string;
}

const shown = ({ file, line, says }: Fault): string =>
  `${line === undefined ? file : `${file}:${line}`}: ${says}`;

const inOrder = (a: Fault, b: Fault): number =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0);

/**
 * Everything that is wrong with the files of events/ and queries/, a line each: nobody mends faults one by one. Without a
 * stack: osls and Node show it, and where in the compiler it was found helps nobody.
 */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const sorted = faults.toSorted(inOrder);
    super(sorted.map(shown).join('\n'));
    this.faults = sorted;
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** ` Did you mean "x"?` for what is nearly one of these; nothing for anything else. */
export const didYouMean = (given: string, known: readonly string[]): string => {
  const lower = given.toLowerCase();
  const [near] = known
    .map((name) => ({ name, far: distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  return near === undefined || near.far > Math.max(1, given.length / 3)
    ? ''
    : ` Did you mean "${near.name}"?`;
};
