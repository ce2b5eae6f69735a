import type { Source } from './eventType.ts';
import { plainName, ruleByName } from './names.ts';
import { everywhere, names } from './protectedPaths.ts';
import type { Protection } from './protection.ts';

const plainPath = (path: readonly string[]): string => path.map(plainName).join('.');

const byPath = new Map([...everywhere].map(([path, protection]) => [plainPath(path.split('.')), protection]));
const byName = ruleByName(names);

/**
 * What the rules that Headrace has for every event do with a place, or with an object that it stands in; undefined for
 * most places. `isFlag`: whether `true` and `false` stand there, which a rule by name leaves as they are.
 */
export const ruleOfPlace = ({ in: place, path }: Source, isFlag = false): Protection | undefined => {
  const rules = path.map((name, at) => {
    const isLeft = isFlag && at === path.length - 1;
    return byPath.get(plainPath([place, ...path.slice(0, at + 1)])) ?? (isLeft ? undefined : byName(name));
  });
  return rules.find((rule) => rule !== undefined);
};
