import { describe } from '@jest/globals';
import { sinceTheDocs } from '../../scripts/docs/shippedFiles.ts';
import { martNames } from '../../src/etl/queries.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { shopMarts } from './queries.ts';

/**
 * For what is true of the files that the docs were written for, and of no others: generated sections, figures, lists of the
 * shop. Skipped, and the title says why, as soon as somebody adds, changes or deletes a file of events/ or queries/;
 * `.ci/run` says by itself that these files are the ones. A test of a rule never needs this: it takes the files that are
 * there, or brings its own.
 */
const [first, ...others] = sinceTheDocs();
const more = others.length === 0 ? '' : ` and ${others.length} more`;

export const describeShipped = (title: string, body: () => void): void =>
  first === undefined
    ? describe(title, body)
    : describe.skip(`${title} (skipped, for ${first}${more}: npm run docs writes the docs anew)`, body);

const hasShop =
  ['page_view', 'order_completed'].every((name) => knownEventTypes.has(name)) &&
  shopMarts.every((name) => martNames.includes(name));

/** For what boots the project, and looks at columns and marts of the shop. */
export const describeShop = (title: string, body: () => void): void =>
  hasShop ? describe(title, body) : describe.skip(`${title} (skipped: the project is not a shop)`, body);
