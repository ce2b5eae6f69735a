import type { Chain } from '../branches.ts';
import { ChoiceState } from '../states/choice.ts';
import { FailState } from '../states/fail.ts';
import { MapState } from '../states/map.ts';
import { ParallelState } from '../states/parallel.ts';
import { PassState } from '../states/pass.ts';
import type { State, StateIdentity } from '../states/state.ts';
import { SucceedState } from '../states/succeed.ts';
import { TaskState } from '../states/task.ts';
import { WaitState } from '../states/wait.ts';
import type { JsonObject } from '../values.ts';
import type { Compiler, QueryLanguage } from './compiler.ts';
import { checkLanguage, parseFields } from './fields.ts';
import * as schema from './schema.ts';

type Make = (identity: StateIdentity, fields: JsonObject, compiler: Compiler) => State | undefined;

/** A maker of states of one type: fields by their schema, then the class. */
const maker =
  <T extends object>(
    fieldsSchema: Parameters<typeof parseFields<T>>[1],
    make: new (identity: StateIdentity, fields: T, compiler: Compiler) => State,
  ): Make =>
  (identity, fields, compiler) => {
    const parsed = parseFields(compiler, fieldsSchema, fields);
    if (parsed === undefined) return undefined;
    checkLanguage(compiler, parsed);
    return new make(identity, parsed, compiler);
  };

const makers: { readonly [type: string]: Make } = {
  Pass: maker(schema.pass, PassState),
  Succeed: maker(schema.succeed, SucceedState),
  Fail: maker(schema.fail, FailState),
  Wait: maker(schema.wait, WaitState),
  Choice: maker(schema.choice, ChoiceState),
  Task: maker(schema.task, TaskState),
  Parallel: maker(schema.parallel, ParallelState),
  Map: maker(schema.map, MapState),
};

const missing = 'MISSING_TRANSITION_TARGET';

/** AWS's quota for the name of a state. */
const longestName = 80;

/** The states of a machine, branch or iteration. `prefix` goes before their names in coverage. */
export const compileChain = (compiler: Compiler, fields: schema.BranchFields, prefix: string): Chain => {
  const states = new Map<string, State>();
  for (const [name, stateFields] of Object.entries(fields.States)) {
    const language = languageOf(compiler, stateFields);
    const within = compiler.within(`States/${name}`, language);
    const state = compileState({ name, path: prefix + name }, stateFields, within);
    if (state !== undefined) states.set(name, state);
  }
  // Without all the states nothing can be said about the ways between them.
  if (states.size === Object.keys(fields.States).length) checkWays(compiler, fields.StartAt, states);
  return { startAt: fields.StartAt, states };
};

const languageOf = (compiler: Compiler, fields: JsonObject): QueryLanguage => {
  const { language } = compiler.shared;
  const own = fields.QueryLanguage;
  return own === 'JSONPath' || own === 'JSONata' ? own : language;
};

const compileState = (identity: StateIdentity, fields: JsonObject, compiler: Compiler): State | undefined => {
  const { names, language } = compiler.shared;
  if (names.has(identity.name)) compiler.problem(`The name '${identity.name}' is used by another state`);
  if (identity.name.length > longestName)
    compiler.problem(`The name of a state has at most ${longestName} characters`);
  names.add(identity.name);
  if (compiler.language === 'JSONPath' && language === 'JSONata') {
    compiler.problem("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  const type = fields.Type;
  const make = typeof type === 'string' && Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (make !== undefined) return make(identity, fields, compiler);
  compiler.problem(
    type === undefined
      ? 'These fields are required: [Type]'
      : `${JSON.stringify(type)} is not a type of state`,
  );
  return undefined;
};

/** Every name that is pointed to exists, every state can be reached, and some state ends it all. */
const checkWays = (compiler: Compiler, startAt: string, states: ReadonlyMap<string, State>): void => {
  if (!states.has(startAt)) {
    compiler.problem(`Missing 'StartAt' target: ${startAt}`, 'StartAt', missing);
    return;
  }
  const reached = new Set([startAt]);
  for (const name of reached) {
    for (const target of states.get(name)?.targets() ?? []) {
      if (states.has(target)) reached.add(target);
      else compiler.problem(`Missing 'Next' target: ${target}`, `States/${name}`, missing);
    }
  }
  for (const name of states.keys()) {
    if (!reached.has(name)) compiler.problem(`State "${name}" is not reachable.`, `States/${name}`, missing);
  }
  const ends = [...states.values()].some((state) => state.terminal);
  if (!ends) compiler.problem('No terminal state: the machine could never end', 'States');
};
