import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from '../../packages/sharedData.ts';

interface SuiteText {
  /** y_…: a parser must take it; n_…: must refuse it; i_…: may do as it likes */
  name: string;
  bytes: Buffer;
}

/** The texts of JSONTestSuite; undefined where the shared data is absent: tests that need them are skipped then. */
export const jsonTestSuite = (): readonly SuiteText[] | undefined => {
  const folder = sharedData('vectors/json/JSONTestSuite/test_parsing');
  if (folder === undefined) return undefined;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
};

/** Without those that a parser may take or not. */
export const decided = (texts: readonly SuiteText[] = []): SuiteText[] =>
  texts.filter(({ name }) => !name.startsWith('i_'));
