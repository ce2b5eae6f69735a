import type { CatalogColumn, EventType } from '../../src/events/eventType.ts';
import type { WindowType } from '../../src/events/windows/windowType.ts';
import { takenIn } from '../events/compile.ts';
import { windowFlaw } from '../events/names.ts';
import { type Fault, ProjectError } from '../faults.ts';
import { type SourceFile, yamlFiles } from '../sourceFiles.ts';
import { readWindowFile } from './windowFile.ts';

export const WINDOWS_FOLDER = 'queries/windows';

/** What files of windows may name, and may not be called. */
interface Around {
  eventTypes: readonly EventType[];
  columns: readonly CatalogColumn[];
  /** names of marts and views */
  tables: readonly string[];
}

/** Each window is a view, and a part of every object and of the state: Lambda takes 1 MB of it. */
const MAX_WINDOWS = 50;

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/i, '');

/** Pure. Throws ProjectError with everything that is wrong. */
export const compileWindows = (
  sources: readonly SourceFile[],
  { eventTypes, columns, tables }: Around,
  before: readonly Fault[] = [],
): WindowType[] => {
  const faults = [...before];
  const others = [...tables, ...eventTypes.map(({ view }) => view)];
  const windows = sources.flatMap((source) => {
    const name = nameOf(source.file);
    const says = source.file.endsWith('.yml')
      ? windowFlaw(name, others)
      : `must end in .yml: rename it to ${WINDOWS_FOLDER}/${name}.yml`;
    if (says !== undefined) faults.push({ file: source.file, says });
    return readWindowFile(source, name, columns, faults) ?? [];
  });
  if (windows.length > MAX_WINDOWS)
    faults.push({
      file: `${WINDOWS_FOLDER}/`,
      says: `there are ${windows.length} windows, and ${MAX_WINDOWS} are the most.`,
    });
  if (faults.length > 0) throw new ProjectError(faults);
  return windows;
};

/** The files of a project's queries/windows/. */
export const compileWindowsOf = (
  project: string,
  { eventTypes, columns }: Pick<Around, 'eventTypes' | 'columns'>,
): WindowType[] => {
  const faults: Fault[] = [];
  const tables = [...takenIn(project).keys()];
  return compileWindows(yamlFiles(project, WINDOWS_FOLDER, faults), { eventTypes, columns, tables }, faults);
};
