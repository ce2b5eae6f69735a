import { z } from 'zod';
import { type State, statesOf } from './states.ts';

/** StateEntered and StateExited; a task has Scheduled, Started and an end for each attempt besides. */
const eventsOf = ({ Type, Retry = [] }: State): number => {
  if (Type !== 'Task') return Type === 'Fail' ? 1 : 2;
  // One class of error to its last retry: a state that meets several in turn is rarer than a run that fails.
  const attempts = 1 + Math.max(0, ...Retry.map(({ MaxAttempts = 3 }) => MaxAttempts));
  return 2 + 3 * attempts;
};

const bound = z.object({ Choices: z.array(z.object({ NumericGreaterThanEquals: z.number().optional() })) });

/** The states of etl's loop that waits for the crawler; its choice says how often it goes round. */
const loop = ['WaitForCrawler', 'GetCrawler', 'CrawlerState?', 'NextPoll'];

/**
 * The most history events a run can have when every state of it runs, each task retrying one class of error to the
 * end: more than can happen, since a run does not take all its branches. `items`: how many each Map has.
 */
export const historyOf = (machine: unknown, items: Record<string, number>) => {
  const all = statesOf(machine);
  const rounds = Math.max(
    ...all
      .flatMap(([, state]) => bound.safeParse(state).data?.Choices ?? [])
      .map((one) => one.NumericGreaterThanEquals ?? 1),
  );
  const perItem: Record<string, number> = {};
  let events = 4; // ExecutionStarted and its end, and two to spare
  for (const [path, state] of all) {
    const [outer = '', inner] = path.split('/');
    if (inner !== undefined) {
      // MapIterationStarted and its end stand at the item's first state.
      perItem[outer] = (perItem[outer] ?? 2) + eventsOf(state);
    } else if (!loop.includes(outer)) events += eventsOf(state) + (state.Type === 'Map' ? 2 : 0);
    // In the loop a call fails now and then, not each time to its last retry.
    else events += rounds * (state.Type === 'Task' ? 5 : 2);
  }
  for (const [map, count] of Object.entries(perItem)) events += count * (items[map] ?? Number.NaN);
  return { events, perItem };
};
