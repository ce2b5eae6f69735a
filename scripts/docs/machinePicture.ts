import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { flowchart, idOf, labelOf, quoted, subgraph } from './mermaid.ts';

// A state machine of statemachines/*.asl.yml as a picture: states, transitions, what each Map repeats, and where a
// failure goes (dotted). Retries are left out: they lead back to their own state.

const comparison = z.record(z.string(), z.unknown());

/** Of a state what the picture shows of it. */
interface State {
  Type: string;
  Next?: string | undefined;
  Default?: string | undefined;
  Resource?: string | undefined;
  Parameters?: Record<string, unknown> | undefined;
  MaxConcurrency?: number | undefined;
  Choices?: (Record<string, unknown> & { Next: string })[] | undefined;
  Catch?: { Next: string }[] | undefined;
  ItemProcessor?: Machine | undefined;
  Branches?: Machine[] | undefined;
}

interface Machine {
  StartAt: string;
  States: Record<string, State>;
}

const state: z.ZodType<State> = z.lazy(() =>
  z.object({
    Type: z.string(),
    Next: z.string().optional(),
    Default: z.string().optional(),
    Resource: z.string().optional(),
    Parameters: z.record(z.string(), z.unknown()).optional(),
    MaxConcurrency: z.number().optional(),
    Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
    Catch: z.array(z.object({ Next: z.string() })).optional(),
    ItemProcessor: machine.optional(),
    Branches: z.array(machine).optional(),
  }),
);
const machine: z.ZodType<Machine> = z.object({ StartAt: z.string(), States: z.record(z.string(), state) });

const functionName = z.object({ FunctionName: z.object({ 'Fn::GetAtt': z.array(z.string()) }) });

/** What a Task calls, as short as it can be said: `build` for a function, else service and action. */
const calledBy = ({ Resource = '', Parameters }: State): string => {
  const invoked = functionName.safeParse(Parameters).data?.FunctionName['Fn::GetAtt'][0];
  if (invoked !== undefined) return `function ${invoked}`;
  return Resource.replace(/^arn:aws:states:::(aws-sdk:)?/, '');
};

/** Values of a comparison that say how, not what. */
const SIGNS: Record<string, string> = {
  StringEquals: '=',
  BooleanEquals: '=',
  NumericEquals: '=',
  NumericGreaterThan: '>',
  NumericGreaterThanEquals: '≥',
  NumericLessThan: '<',
  NumericLessThanEquals: '≤',
};

/** The last part of the path is enough to know it by. */
const variable = (path: unknown): string => String(path).split('.').at(-1) ?? '';

const ruleText = (rule: Record<string, unknown>): string => {
  for (const [word, joint] of [
    ['And', ' and '],
    ['Or', ' or '],
  ] as const) {
    const parts = z.array(comparison).safeParse(rule[word]).data;
    if (parts !== undefined) return parts.map(ruleText).join(joint);
  }
  const name = variable(rule.Variable);
  const operator = Object.keys(rule).find((key) => key !== 'Variable' && key !== 'Next') ?? '';
  const value = rule[operator];
  if (operator === 'IsPresent') return `${name} ${value === true ? 'is there' : 'is missing'}`;
  if (operator === 'BooleanEquals') return value === true ? name : `not ${name}`;
  return `${name} ${SIGNS[operator] ?? operator} ${String(value)}`;
};

const nodeOf = (id: string, name: string, one: State): string => {
  if (one.Type === 'Choice') return `${id}{${quoted(name)}}`;
  if (one.Type === 'Succeed') return `${id}([${quoted(`${name}\nsucceeds`)}])`;
  if (one.Type === 'Fail') return `${id}([${quoted(`${name}\nfails`)}])`;
  if (one.Type === 'Task') return `${id}[${quoted(`${name}\n${calledBy(one)}`)}]`;
  return `${id}(${quoted(name)})`;
};

/** The states inside of a Map or Parallel; none for every other state. */
const innerMachines = (one: State): Machine[] => [
  ...(one.ItemProcessor === undefined ? [] : [one.ItemProcessor]),
  ...(one.Branches ?? []),
];

const titleOf = (name: string, one: State): string => {
  if (one.Type === 'Parallel') return `${name}: at the same time`;
  return one.MaxConcurrency === undefined
    ? `${name}: for each item`
    : `${name}: for each item, ${one.MaxConcurrency} at a time`;
};

const edgesOf = (id: (name: string) => string, name: string, one: State): string[] => {
  const choices = (one.Choices ?? []).map((rule) => {
    const { Next, ...condition } = rule;
    return `${id(name)} -->${labelOf(ruleText(condition))} ${id(Next)}`;
  });
  const next = one.Next === undefined ? [] : [`${id(name)} --> ${id(one.Next)}`];
  const other = one.Default === undefined ? [] : [`${id(name)} -->${labelOf('else')} ${id(one.Default)}`];
  const caught = new Set((one.Catch ?? []).map((catcher) => catcher.Next));
  return [...choices, ...next, ...other, ...[...caught].map((to) => `${id(name)} -.-> ${id(to)}`)];
};

const drawn = (within: string, { States }: Machine): string[] => {
  const id = (name: string): string => idOf(`${within}${name}`);
  const states = Object.entries(States);
  const nodes = states.flatMap(([name, one]) => {
    const inner = innerMachines(one);
    if (inner.length === 0) return [nodeOf(id(name), name, one)];
    return subgraph(
      id(name),
      titleOf(name, one),
      inner.flatMap((each, index) => drawn(`${within}${name}_${index}_`, each)),
    );
  });
  return [...nodes, ...states.flatMap(([name, one]) => edgesOf(id, name, one))];
};

/** The picture of a machine, out of the text of its definition in YAML. */
export const machinePicture = (definition: string): string => {
  const read = machine.parse(parse(definition));
  return flowchart('TB', [
    `${idOf(' start')}((" "))`,
    `${idOf(' start')} --> ${idOf(read.StartAt)}`,
    ...drawn('', read),
  ]);
};

/** A state of which a param decides stands in a file of its own: the picture shows it as it is when it does something. */
const withChosen = (definition: string): string => {
  const parsed = parse(definition);
  for (const [name, one] of Object.entries(parsed.States)) {
    const file = typeof one === 'string' ? /^\$\{file\(([^)]+)\):/.exec(one)?.[1] : undefined;
    if (file !== undefined) parsed.States[name] = parse(readFileSync(file, 'utf8')).on;
  }
  return stringify(parsed);
};

export const machinePictureOf = (name: string): string =>
  machinePicture(withChosen(readFileSync(`statemachines/${name}.asl.yml`, 'utf8')));
