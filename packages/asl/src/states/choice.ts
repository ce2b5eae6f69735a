import type { Compiler } from '../compile/compiler.ts';
import type { ChoiceFields } from '../compile/schema.ts';
import { StateFailure } from '../errors.ts';
import type { Flow } from '../flow/flow.ts';
import type { Visit } from '../visit.ts';
import { compileRule, type Test } from './choiceRules.ts';
import { compileFlow, State, type StateIdentity, type Step } from './state.ts';

interface Rule {
  test: Test;
  next: string;
  /** Assign and Output of the rule itself take the place of the state's. */
  flow: Flow;
  point: string;
}

/** Goes where the first rule that holds points to. */
export class ChoiceState extends State {
  readonly type = 'Choice';
  readonly terminal = false;
  readonly #flow: Flow;
  readonly #rules: Rule[];
  readonly #fallback: string | undefined;

  constructor(identity: StateIdentity, fields: ChoiceFields, compiler: Compiler) {
    super(identity);
    this.#flow = compileFlow(compiler, fields);
    this.#fallback = fields.Default;
    this.#rules = fields.Choices.map((fieldsOfRule, index) => {
      const within = compiler.within(`Choices[${index}]`);
      const { test, next, own } = compileRule(within, fieldsOfRule);
      const flow = compileFlow(within, {
        InputPath: fields.InputPath,
        OutputPath: fields.OutputPath,
        ...own,
      });
      return { test, next, flow, point: `${this.path} rule ${index} -> ${next}` };
    });
  }

  override targets(): string[] {
    const rules = this.#rules.map((rule) => rule.next);
    return this.#fallback === undefined ? rules : [...rules, this.#fallback];
  }

  override points(): string[] {
    const rules = this.#rules.map((rule) => rule.point);
    return [this.path, ...rules, ...(this.#fallback === undefined ? [] : [this.#defaultPoint()])];
  }

  protected override async work(visit: Visit): Promise<Step> {
    const scope = visit.scope(this.#flow.input(visit.scope()));
    for (const rule of this.#rules) {
      if (!(await rule.test(scope))) continue;
      const finished = await rule.flow.finish(scope, visit.raw.value, undefined);
      return { ...finished, next: rule.next, point: rule.point };
    }
    if (this.#fallback === undefined) {
      throw new StateFailure(
        'States.NoChoiceMatched',
        'Failed to transition out of the state. No choice rule matched and no Default is given.',
      );
    }
    const finished = await this.#flow.finish(scope, visit.raw.value, undefined);
    return { ...finished, next: this.#fallback, point: this.#defaultPoint() };
  }

  #defaultPoint(): string {
    return `${this.path} default -> ${this.#fallback}`;
  }
}
