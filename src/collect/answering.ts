import { notFound } from './answers.ts';
import { type Collected, type Collecting, collect } from './collecting.ts';
import type { CollectorRequest } from './request.ts';
import type { FoundRoute } from './routes.ts';

/** What becomes of one request: its events are collected, a library gets what it asks for, or there is no such path. */
export const answering = async (
  request: CollectorRequest,
  found: FoundRoute | undefined,
  dependencies: () => Collecting,
): Promise<Collected> => {
  if (found === undefined) return { answer: notFound(), problem: 'not_found' };
  const { takes } = found.route;
  return 'page' in takes
    ? { answer: takes.page(request, found.variables) }
    : collect(request, takes, dependencies());
};
