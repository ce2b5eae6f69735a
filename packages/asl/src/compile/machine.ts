import { type Chain, chainPoints } from '../branches.ts';
import { Coverage } from '../coverage.ts';
import type { Problem, ProblemCode } from '../errors.ts';
import { isObject, type Json, parseJson } from '../values.ts';
import { compileChain } from './chain.ts';
import { Compiler, type QueryLanguage, type Shared, type Support } from './compiler.ts';
import { parseFields } from './fields.ts';
import { machine as machineSchema } from './schema.ts';

/** A definition that was checked whole, ready to run any number of times. */
export interface Machine {
  readonly chain: Chain;
  readonly timeoutSeconds: number | undefined;
}

type Compiled =
  | { machine: Machine; problems: [] }
  | { machine: undefined; problems: [Problem, ...Problem[]] };

/**
 * Checks a definition (JSON text) and prepares it to run. `problems` has everything that is wrong or not supported,
 * each with its place; a field that this interpreter would have to ignore is a problem too. Throws nothing.
 */
export const compileMachine = (definition: string, support: Support): Compiled => {
  if (definition.trim() === '') return refused('Definition must be a valid JSON object');
  const value = parseJson(definition);
  if (value === undefined) return refused(jsonError(definition), 'INVALID_JSON_DESCRIPTION');
  if (!isObject(value)) return refused('Definition must be a valid JSON object');
  const shared: Shared = {
    problems: [],
    support,
    language: languageOf(value),
    names: new Set(),
    chain: compileChain,
  };
  const compiler = new Compiler(shared, '', shared.language);
  const fields = parseFields(compiler, machineSchema, value);
  const chain = fields === undefined ? undefined : compileChain(compiler, fields, '');
  const [first, ...more] = shared.problems;
  if (first !== undefined) return { machine: undefined, problems: [rooted(first), ...more.map(rooted)] };
  if (fields === undefined || chain === undefined) return refused('Definition must be a valid JSON object');
  return { machine: { chain, timeoutSeconds: fields.TimeoutSeconds }, problems: [] };
};

/** An empty score sheet. Give it to every run that should count: `startMachine(machine, { …, coverage })`. */
export const coverageOf = (machine: Machine): Coverage => new Coverage(chainPoints(machine.chain));

const refused = (message: string, code: ProblemCode = 'SCHEMA_VALIDATION_FAILED'): Compiled => ({
  machine: undefined,
  problems: [{ code, location: '', message }],
});

/** AWS calls the top of a definition `/`. */
const rooted = (problem: Problem): Problem => ({ ...problem, location: problem.location || '/' });

const languageOf = (definition: { [key: string]: Json }): QueryLanguage =>
  definition.QueryLanguage === 'JSONata' ? 'JSONata' : 'JSONPath';

const jsonError = (text: string): string => {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
