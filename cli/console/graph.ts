import { z } from 'zod';
import type { GraphEdge, GraphState } from '../../console/contract.ts';

/** Of a state what its picture needs. */
interface State {
  Type: string;
  Comment?: string | undefined;
  Next?: string | undefined;
  Default?: string | undefined;
  Choices?: { Next: string }[] | undefined;
  Catch?: { Next: string }[] | undefined;
  ItemProcessor?: Definition | undefined;
  Iterator?: Definition | undefined;
  Branches?: Definition[] | undefined;
}

interface Definition {
  States: Record<string, State>;
}

const next = z.object({ Next: z.string() });

const state: z.ZodType<State> = z.lazy(() =>
  z.object({
    Type: z.string(),
    Comment: z.string().optional(),
    Next: z.string().optional(),
    Default: z.string().optional(),
    Choices: z.array(next).optional(),
    Catch: z.array(next).optional(),
    ItemProcessor: definition.optional(),
    Iterator: definition.optional(),
    Branches: z.array(definition).optional(),
  }),
);
const definition: z.ZodType<Definition> = z.object({ States: z.record(z.string(), state) });

interface Graph {
  states: GraphState[];
  edges: GraphEdge[];
}

const edgesOf = (from: string, { Next, Default, Choices = [], Catch = [] }: State): GraphEdge[] => {
  const ways = [Next, Default, ...Choices.map((choice) => choice.Next)].filter((to) => to !== undefined);
  const caught = Catch.map((one) => one.Next);
  return [
    ...[...new Set(ways)].map((to): GraphEdge => ({ from, to, kind: 'next' })),
    ...[...new Set(caught)].map((to): GraphEdge => ({ from, to, kind: 'catch' })),
  ];
};

const innerOf = ({ ItemProcessor, Iterator: older, Branches = [] }: State): Definition[] =>
  [ItemProcessor, older, ...Branches].filter((inner) => inner !== undefined);

const graphIn = ({ States }: Definition, within: string | null): Graph => {
  const entries = Object.entries(States);
  const inner = entries.flatMap(([name, one]) => innerOf(one).map((each) => graphIn(each, name)));
  return {
    states: [
      ...entries.map(([name, { Type, Comment = '' }]) => ({ name, type: Type, comment: Comment, within })),
      ...inner.flatMap(({ states }) => states),
    ],
    edges: [...entries.flatMap(([name, one]) => edgesOf(name, one)), ...inner.flatMap(({ edges }) => edges)],
  };
};

/** States and ways of a state machine, those within a Map among them. A state's name is its own in all of it. */
export const graphOf = (asl: string): Graph => graphIn(definition.parse(JSON.parse(asl)), null);
