import type { Chain } from '../branches.ts';
import type { Problem, ProblemCode } from '../errors.ts';
import { type Flow, nothingAssigned } from '../flow/flow.ts';
import type { BranchFields } from './schema.ts';

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** What compiling a definition needs to know about its surroundings. */
export interface Support {
  /** Why a task's resource cannot be called here, or not with Credentials; undefined when it can. */
  refusal(resource: string, asked: { credentials: boolean }): string | undefined;
}

/** What the compilers of all states of a machine have in common. */
export interface Shared {
  readonly problems: Problem[];
  readonly support: Support;
  /** The machine's own language, which its states speak unless they say otherwise. */
  readonly language: QueryLanguage;
  /** Names of states seen so far: they are unique over the whole machine. */
  readonly names: Set<string>;
  /** Compiles the states of a chain. Map and Parallel get it from here, because it makes Maps and Parallels itself. */
  readonly chain: (compiler: Compiler, fields: BranchFields, prefix: string) => Chain;
}

/** Gathers what is wrong while the parts of one state are compiled, each with its place in the definition. */
export class Compiler {
  readonly problems: Problem[];
  readonly location: string;
  readonly language: QueryLanguage;
  readonly shared: Shared;

  constructor(shared: Shared, location: string, language: QueryLanguage) {
    this.shared = shared;
    this.problems = shared.problems;
    this.location = location;
    this.language = language;
  }

  within(part: string, language: QueryLanguage = this.language): Compiler {
    return new Compiler(this.shared, `${this.location}/${part}`, language);
  }

  /** The states inside this one: `part` is their place in its fields, `prefix` goes before their names in coverage. */
  chain(part: string, fields: BranchFields, prefix: string): Chain {
    return this.shared.chain(this.within(part), fields, prefix);
  }

  problem(message: string, field?: string, code: ProblemCode = 'SCHEMA_VALIDATION_FAILED'): void {
    const location = field === undefined ? this.location : `${this.location}/${field}`;
    this.problems.push({ code, location, message });
  }

  /** What a parser makes of a field, or the fallback after its SyntaxError was noted as a problem. */
  attempt<T>(field: string, parse: () => T, fallback: T): T {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.problem(error.message, field);
      return fallback;
    }
  }
}

/** Stands where a flow could not be compiled; a machine with problems is never run. */
export const brokenFlow: Flow = {
  input: (scope) => scope.input,
  argument: (scope) => scope.input,
  finish: async (scope) => ({ output: scope.input, assigned: nothingAssigned }),
};
