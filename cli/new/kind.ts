/** What is wrong with a file, as the check of its kind says it. */
export interface NewFault {
  file: string;
  line?: number;
  column?: number;
  what: string;
  how: string;
}

/** A kind of file that `headrace new` writes. */
export interface NewKind {
  /** for --help */
  what: string;
  /** a name that such a file may have */
  example: string;
  /** from the project's folder on */
  fileOf(name: string): string;
  textOf(name: string): string;
  /** What is wrong with the project once the file is there. */
  faults(folder: string): Promise<readonly NewFault[]>;
  /** What to do next, a line each. */
  next(name: string): readonly string[];
}
