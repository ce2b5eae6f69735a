const special = /[.+^${}()|[\]\\]/g;

/** `*` any run of characters, `?` any one. */
const globs = new Map<string, RegExp>();

export const matchesGlob = (pattern: string, text: string): boolean => {
  let known = globs.get(pattern);
  if (known === undefined) {
    const source = pattern.replace(special, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
    known = new RegExp(`^${source}$`, 's');
    globs.set(pattern, known);
  }
  return known.test(text);
};

/** Actions are the same in any case. */
export const matchesAction = (pattern: string, action: string): boolean =>
  matchesGlob(pattern.toLowerCase(), action.toLowerCase());

const SEGMENTS = 6;

/** `arn:partition:service:region:account:resource`; the resource may hold colons of its own. */
const segmentsOf = (arn: string): string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, SEGMENTS - 1), parts.slice(SEGMENTS - 1).join(':')];
};

export const isArnPattern = (text: string): boolean =>
  text === '*' || (text.startsWith('arn:') && text.split(':').length >= SEGMENTS);

/** A wildcard stays within its segment, so that one in a name never reaches another account. */
export const matchesArn = (pattern: string, arn: string): boolean => {
  if (pattern === '*') return true;
  const given = segmentsOf(arn);
  return segmentsOf(pattern).every((segment, index) => matchesGlob(segment, given[index] ?? ''));
};
