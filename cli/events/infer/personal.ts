import { plainName, ruleByName } from '../../../src/collect/names.ts';
import type { Source } from '../../../src/events/eventType.ts';
import { personalData } from '../../../src/events/personalData.ts';
import type { Protection } from '../../../src/events/protection.ts';

/** What the rules that Headrace has for every event do with a place; undefined for most. */
export const personalRule = (): ((source: Source) => Protection | undefined) => {
  const { everywhere, names } = personalData();
  const byName = ruleByName(names);
  const byPath = new Map(
    [...everywhere].map(([path, protection]) => [path.split('.').map(plainName).join('.'), protection]),
  );
  return ({ in: place, path }) =>
    byPath.get([place, ...path].map(plainName).join('.')) ?? byName(path.at(-1) ?? '');
};
