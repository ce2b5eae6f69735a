import type { Branch, Part, Parts } from './execution.ts';
import type { Standing, StandingParts } from './standing.ts';

/** Where a branch stands that has come to rest; undefined when it has ended well, or had not begun. */
export const standingOf = ({ place, variables }: Branch): Standing | undefined => {
  if (place === undefined) return undefined;
  const { state, input, after, visit, past } = place;
  if (visit === undefined) {
    return past ?? { state, input: input.value, variables: Object.fromEntries(variables), after };
  }
  const parts = visit.parts === undefined ? visit.resumed : standingParts(visit.parts);
  return {
    ...{ state, input: input.value, variables: Object.fromEntries(variables) },
    ...{ after: visit.enteredId, enteredAt: visit.enteredAt },
    ...(parts === undefined ? {} : { parts }),
    ...(visit.mapRun ? { mapRun: true } : {}),
  };
};

const standingParts = ({ startedId, begun }: Parts): StandingParts => ({
  startedId,
  begun: [...begun].flatMap(([index, part]): StandingParts['begun'] => {
    if ('output' in part) return [{ index, output: part.output }];
    const at = standingOfPart(part);
    return at === undefined ? [] : [{ index, at }];
  }),
});

const standingOfPart = (part: Exclude<Part, { output: unknown }>): Standing | undefined =>
  'at' in part ? part.at : standingOf(part.branch);
