import { z } from 'zod';

const retrier = z.object({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number().optional(),
  BackoffRate: z.number().optional(),
  MaxDelaySeconds: z.number().optional(),
  MaxAttempts: z.number().optional(),
  JitterStrategy: z.string().optional(),
});

const state = z.looseObject({
  Type: z.string(),
  QueryLanguage: z.string().optional(),
  Resource: z.string().optional(),
  Parameters: z.unknown().optional(),
  TimeoutSeconds: z.number().optional(),
  MaxConcurrency: z.number().optional(),
  Error: z.string().optional(),
  Retry: z.array(retrier).optional(),
  Catch: z.array(z.object({ ErrorEquals: z.array(z.string()), Next: z.string() })).optional(),
});

/** A state of a definition, as far as the rules about it go. */
export type State = z.infer<typeof state>;

const processor = z.object({ States: z.record(z.string(), z.unknown()) });
const nested = z.object({ ItemProcessor: processor.optional(), Branches: z.array(processor).default([]) });

/** Every state with its path (`BuildPartitions/Build`), those inside maps and branches after the one they are in. */
export const statesOf = (machine: unknown, prefix = ''): [path: string, state: State][] =>
  Object.entries(processor.parse(machine).States).flatMap(([name, value]) => {
    const { ItemProcessor, Branches } = nested.parse(value);
    const inside = [...(ItemProcessor ? [ItemProcessor] : []), ...Branches];
    return [
      [prefix + name, state.parse(value)] as [string, State], // a tuple, which flatMap would widen to an array
      ...inside.flatMap((one) => statesOf(one, `${prefix}${name}/`)),
    ];
  });
