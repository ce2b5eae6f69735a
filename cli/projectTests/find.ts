import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CliError } from '../../client/failure.ts';
import { type Fault, ProjectError } from '../../compiler/faults.ts';
import { queryTexts } from '../../compiler/queries/read.ts';
import { textOf, yamlFiles } from '../../compiler/sourceFiles.ts';
import type { ProjectTest } from './model.ts';
import { readTestFile } from './readFile.ts';

/** The project's folder of tests. */
const TESTS = 'tests';

const EXAMPLE = `description: An order is stored
send:
  - { event_id: e-1, event_name: order_completed, event_time: 2026-11-01T10:00:00Z, properties: { order_id: o-1 } }
expect:
  - query: SELECT event_id, dt FROM events
    rows:
      - { event_id: e-1, dt: 2026-11-01 }`;

/** A file of a test: where it is, and how a person names it. */
interface Found {
  path: string;
  file: string;
  text: string;
}

const ofProject = (project: string, faults: Fault[]): Found[] =>
  yamlFiles(project, TESTS, faults).map(({ file, text }) => ({ path: join(project, file), file, text }));

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** A file that was named: as one of the project if it has such a file, and else from the caller's folder on. */
const named = (project: string, given: string, faults: Fault[]): Found => {
  const path = [resolve(project, given), resolve(given)].find(isFile);
  if (path === undefined)
    throw new CliError(
      `${given} is not a file.`,
      `Name files, or none at all: then all tests of ${join(project, TESTS)} are run.`,
    );
  const fromProject = relative(project, path);
  const file = fromProject.startsWith('..') ? given : fromProject;
  const text = textOf(readFileSync(path));
  if (text === undefined) faults.push({ file, says: 'is not UTF-8. Save it as UTF-8.' });
  return { path, file, text: text ?? '' };
};

/** What is wrong with an event that is repeated by its name (*order) is found with each repetition. */
const once = (faults: readonly Fault[]): Fault[] => [
  ...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values(),
];

/**
 * The tests of a project, or those of the files that are named. Throws ProjectError with everything that is wrong with
 * them, and CliError if there are none.
 */
export const findTests = (project: string, files: readonly string[]): ProjectTest[] => {
  const faults: Fault[] = [];
  const found =
    files.length > 0 ? files.map((given) => named(project, given, faults)) : ofProject(project, faults);
  const checks = queryTexts(project, 'checks').map(({ name }) => name);
  const tests = found.map(({ path, ...source }) => readTestFile(source, { path, checks }, faults));
  if (faults.length > 0) throw new ProjectError(once(faults));
  if (tests.length > 0) return tests;
  throw new CliError(
    `There are no tests in ${join(project, TESTS)}.`,
    `A test is a file there, such as ${join(TESTS, 'orders.yml')}:\n\n${EXAMPLE}\n\ndocs/guides/testing.md tells more.`,
  );
};
