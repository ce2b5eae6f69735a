/** Something that is wrong with a file of queries/: where, what, and what to do about it. */
export interface Fault {
  file: string;
  line: number;
  column: number;
  what: string;
  how: string;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const lineOf = ({ file, line, column, what, how }: Fault): string =>
  `${file}:${line}:${column}: ${sentence(what)}${how === '' ? '' : ` ${sentence(how)}`}`;

/** Everything that is wrong with the files of queries/, a line each. */
export class QueryFaults extends Error {
  override readonly name = 'QueryFaults';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super(`queries/ has ${count}:\n${faults.map(lineOf).join('\n')}`);
    this.faults = faults;
  }
}

/** A place in a text, as people count it. */
export const placeAt = (text: string, offset: number): { line: number; column: number } => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};
