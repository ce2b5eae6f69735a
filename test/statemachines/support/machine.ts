import type { Coverage } from 'headrace-asl';
import { compileMachine, coverageOf, isObject, type Json, type Machine, parseJson } from 'headrace-asl';
import { addingParams, packaged, stateMachines } from '../../helpers/packaged.ts';
import { type State, statesOf } from '../../helpers/states.ts';

/** A machine of statemachines/, ready to be driven: each of its tasks says by its resource which state it is. */
export interface Drill {
  /** `etl`: the name of its file */
  name: string;
  machine: Machine;
  coverage: Coverage;
  /** everything coverage counts, in the order of the definition */
  points: string[];
  /** its Task states, by path (`BuildPartitions/Build`) */
  tasks: Map<string, State>;
}

/** What stands between a task's resource and the path of its state. */
export const MARK = '#';

/** The definition with the path of the state behind each task's resource: a TaskRunner is told the resource only. */
const marked = (value: Json, prefix = ''): Json => {
  if (!isObject(value) || !isObject(value.States)) return value;
  const states = Object.entries(value.States).map(([name, state]): [string, Json] => {
    if (!isObject(state)) return [name, state];
    const path = `${prefix}${name}`;
    const { Resource, ItemProcessor, Branches } = state;
    return [
      name,
      {
        ...state,
        ...(typeof Resource === 'string' ? { Resource: `${Resource}${MARK}${path}` } : {}),
        ...(ItemProcessor === undefined ? {} : { ItemProcessor: marked(ItemProcessor, `${path}/`) }),
        ...(Array.isArray(Branches) ? { Branches: Branches.map((one) => marked(one, `${path}/`)) } : {}),
      },
    ];
  });
  return { ...value, States: Object.fromEntries(states) };
};

/** Throws when the interpreter refuses the definition. */
export const drill = (name: string, definition: unknown): Drill => {
  const text = JSON.stringify(marked(parseJson(JSON.stringify(definition)) ?? null));
  const { machine, problems } = compileMachine(text, { refusal: () => undefined });
  if (machine === undefined) throw new Error(`${name} is refused: ${JSON.stringify(problems)}`);
  const tasks = new Map(statesOf(definition).filter(([, state]) => state.Type === 'Task'));
  const coverage = coverageOf(machine);
  return { name, machine, coverage, points: coverage.points, tasks };
};

/** Every machine of a package for production that has all states, by the name of its file. */
export const packagedMachines = async (): Promise<Map<string, unknown>> => {
  const machines = stateMachines(await packaged('prod', addingParams));
  return new Map(
    Object.entries(machines).map(([name, machine]) => [name.replace('headrace-prod-', ''), machine]),
  );
};
