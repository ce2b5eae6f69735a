import { config } from 'zod/mini';
import { en } from 'zod/v4/locales';
import { once } from './once.ts';

const words = once(() => en().localeError);

/**
 * Zod for src/ and functions/, as functions instead of methods, so that a bundle holds only what it uses of it: all of
 * zod is 8 ms of a cold start more (docs/decisions/071-what-a-cold-start-loads.md). Schemas of zod/mini come without
 * words for what is wrong; with these a message says what was expected.
 */
config({ localeError: (issue) => words()(issue) });

export * from 'zod/mini';
