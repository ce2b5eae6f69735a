import { distance } from 'fastest-levenshtein';

/** Something in a file of the project that cannot stay so: where it is, what is wrong, and what to write instead. */
export interface Fault {
  /** from the project's folder: `events/order_completed.yml` */
  file: string;
  /** absent where it is about the file as a whole */
  line?: number;
  /** SQL has long lines */
  column?: number;
  says: string;
}

/** `events/a.yml:3: …`, `queries/marts/b.sql:6:7: …`: terminals and editors open such places. */
export const faultText = ({ file, line, column, says }: Fault): string =>
  `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${says}`;

const inOrder = (a: Fault, b: Fault): number => {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
};

/**
 * Everything that is wrong with the files of events/ and queries/, a line each: nobody mends faults one by one. Without
 * a stack: osls and Node show it, and where in the compiler it was found helps nobody.
 */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const sorted = faults.toSorted(inOrder);
    super(sorted.map(faultText).join('\n'));
    this.faults = sorted;
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** What was found wrong, out of what was caught. Whatever else was thrown is thrown on. */
export const faultsIn = (error: unknown): readonly Fault[] => {
  if (error instanceof ProjectError) return error.faults;
  throw error;
};

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
