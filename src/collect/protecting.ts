import type { Secret } from '../ports/collect.ts';
import { type EventProtection, protectionWith } from './protection.ts';

/**
 * The protection of a stage, made when its key is there and kept; undefined where the stage protects nothing. Throws
 * what fetching the key throws.
 */
export const protecting = (key: () => Secret | undefined): (() => Promise<EventProtection | undefined>) => {
  let made: EventProtection | undefined;
  return async () => {
    const secret = key();
    if (secret === undefined) return undefined;
    made ??= protectionWith(await secret.value());
    return made;
  };
};
