/** A kind of file that `headrace new` writes. */
export interface NewKind {
  /** for --help */
  what: string;
  /** a name that such a file may have */
  example: string;
  /** from the project's folder on */
  fileOf(name: string): string;
  textOf(name: string): string;
  /** Throws ProjectError for what is wrong with the project once the file is there. */
  check(folder: string): Promise<void>;
  /** What to do next, a line each. */
  next(name: string): readonly string[];
}
