import type { Compiler, QueryLanguage } from '../compile/compiler.ts';
import type { FailFields } from '../compile/schema.ts';
import { StatesError } from '../errors.ts';
import type { Expression } from '../flow/flow.ts';
import { compileJsonata } from '../flow/jsonata.ts';
import { compilePathOrIntrinsic } from '../flow/template.ts';
import type { Json } from '../values.ts';
import type { Visit } from '../visit.ts';
import { State, type StateIdentity, type Step } from './state.ts';
import { wrongValue } from './wrongValue.ts';

/** Fails its branch with an error name and a cause of its own. */
export class FailState extends State {
  readonly type = 'Fail';
  readonly terminal = true;
  readonly #error: Expression | undefined;
  readonly #cause: Expression | undefined;
  readonly #language: QueryLanguage;

  constructor(identity: StateIdentity, fields: FailFields, compiler: Compiler) {
    super(identity);
    this.#language = compiler.language;
    this.#error = compileText(compiler, 'Error', fields.Error, fields.ErrorPath);
    this.#cause = compileText(compiler, 'Cause', fields.Cause, fields.CausePath);
  }

  override targets(): string[] {
    return [];
  }

  override points(): string[] {
    return [this.path];
  }

  protected override async work(visit: Visit): Promise<Step> {
    const error = await this.#read(this.#error, 'Error', visit);
    const cause = await this.#read(this.#cause, 'Cause', visit);
    throw new StatesError(error, cause);
  }

  async #read(expression: Expression | undefined, field: string, visit: Visit): Promise<string | undefined> {
    const value: Json | undefined = await expression?.(visit.scope());
    if (value === undefined || typeof value === 'string') return value;
    const reason = `The ${field} of a Fail state must be a string, but was: ${JSON.stringify(value)}`;
    throw wrongValue(this.#language, field, reason);
  }
}

const compileText = (
  compiler: Compiler,
  field: string,
  literal: string | undefined,
  path: string | undefined,
) => {
  if (literal !== undefined && path !== undefined)
    compiler.problem(`Only one of ${field} and ${field}Path may be given`);
  if (path !== undefined) return compilePathOrIntrinsic(compiler, `${field}Path`, path);
  if (literal === undefined) return undefined;
  return compiler.language === 'JSONata' ? compileJsonata(compiler, field, literal) : () => literal;
};
