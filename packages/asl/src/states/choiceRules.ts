import { z } from 'zod';
import type { Compiler } from '../compile/compiler.ts';
import type { FlowFields } from '../compile/schema.ts';
import { EvaluationFailure, runtimeError } from '../errors.ts';
import { compileJsonata } from '../flow/jsonata.ts';
import { find } from '../paths/lookUp.ts';
import { parsePath } from '../paths/parse.ts';
import type { Scope } from '../scope.ts';
import { isObject, type Json, type JsonObject } from '../values.ts';
import { comparisonNamed, type Operand, typeTests } from './comparisons.ts';

/** Whether a rule holds. */
export type Test = (scope: Scope) => boolean | Promise<boolean>;

interface CompiledRule {
  test: Test;
  next: string;
  /** Assign and Output of the rule */
  own: Pick<FlowFields, 'Assign' | 'Output'>;
}

const ruleFields = z.object({
  Next: z.string(),
  Assign: z.record(z.string(), z.json()).optional(),
  Output: z.json().optional(),
});
const besides = ['Next', 'Assign', 'Output', 'Comment'];
const never: Test = () => false;

/** A rule of Choices: a comparison or a combination with Next; in JSONata a Condition with Next. */
export const compileRule = (compiler: Compiler, rule: JsonObject): CompiledRule => {
  const parsed = ruleFields.safeParse(rule);
  if (!parsed.success) {
    compiler.problem('A rule needs Next, the name of a state; Assign, if given, is an object');
    return { test: never, next: '', own: {} };
  }
  const { Next, Assign, Output } = parsed.data;
  const condition = Object.fromEntries(Object.entries(rule).filter(([key]) => !besides.includes(key)));
  const test =
    compiler.language === 'JSONata'
      ? compileCondition(compiler, condition)
      : compileTest(compiler, condition);
  return { test, next: Next, own: { Assign, Output } };
};

const compileCondition = (compiler: Compiler, fields: JsonObject): Test => {
  const { Condition, ...others } = fields;
  if (Condition === undefined || Object.keys(others).length > 0) {
    compiler.problem('A rule in JSONata has Condition and nothing else to decide by');
    return never;
  }
  const evaluate = compileJsonata(compiler, 'Condition', Condition);
  return async (scope) => {
    const value = await evaluate(scope);
    if (typeof value === 'boolean') return value;
    throw new EvaluationFailure(
      'Condition',
      `The JSONata expression specified for the field 'Condition' returned an unexpected result type. Expected 'boolean', but was: ${JSON.stringify(value)}`,
    );
  };
};

const compileTest = (compiler: Compiler, condition: JsonObject): Test => {
  const { And, Or, Not, ...comparison } = condition;
  if (And === undefined && Or === undefined && Not === undefined)
    return compileComparison(compiler, comparison);
  if (Object.keys(condition).length > 1)
    compiler.problem('A rule has one of And, Or, Not, or one comparison');
  if (Not !== undefined) {
    const test = compileInner(compiler, 'Not', Not);
    return async (scope) => !(await test(scope));
  }
  const [name, rules, stop] =
    And === undefined ? (['Or', Or, true] as const) : (['And', And, false] as const);
  if (!Array.isArray(rules) || rules.length === 0) {
    compiler.problem(`${name} needs an array of rules`);
    return never;
  }
  const tests = rules.map((rule, index) => compileInner(compiler, `${name}[${index}]`, rule));
  return async (scope) => {
    for (const test of tests) if ((await test(scope)) === stop) return stop;
    return !stop;
  };
};

const compileInner = (compiler: Compiler, part: string, rule: Json): Test => {
  const within = compiler.within(part);
  if (!isObject(rule)) {
    within.problem('A rule must be an object');
    return never;
  }
  const { Comment: _, ...condition } = rule;
  if ('Next' in condition) within.problem('Only the outermost rule has Next');
  return compileTest(within, condition);
};

const compileComparison = (compiler: Compiler, fields: JsonObject): Test => {
  const { Variable, ...others } = fields;
  const [operator, ...more] = Object.keys(others);
  if (typeof Variable !== 'string' || operator === undefined || more.length > 0) {
    compiler.problem('A comparison has Variable and exactly one operator');
    return never;
  }
  const read = compileOperand(compiler, 'Variable', Variable);
  const wanted = others[operator] ?? null;
  const typeTest = typeTests[operator];
  if (typeTest !== undefined) {
    if (typeof wanted !== 'boolean') compiler.problem(`${operator} must be true or false`);
    // A path without a value is only a question for IsPresent; the others fail on it.
    const present: Operand = operator === 'IsPresent' ? read : must(read, Variable);
    return (scope) => typeTest(present(scope)) === wanted;
  }
  return compileBinary(compiler, operator, must(read, Variable), wanted);
};

const compileBinary = (compiler: Compiler, operator: string, left: Operand, wanted: Json): Test => {
  const comparison = comparisonNamed(operator);
  if (comparison === undefined) {
    compiler.problem(`'${operator}' is not an operator of a Choice rule`);
    return never;
  }
  const { dynamic, accepts, holds } = comparison;
  if (!dynamic) {
    if (!accepts(wanted))
      compiler.problem(`The value of ${operator} has the wrong type: ${JSON.stringify(wanted)}`);
    return (scope) => holds(left(scope) ?? null, wanted);
  }
  if (typeof wanted !== 'string') {
    compiler.problem(`${operator} must be a JSONPath`);
    return never;
  }
  const right = must(compileOperand(compiler, operator, wanted), wanted);
  return (scope) => holds(left(scope) ?? null, right(scope) ?? null);
};

const compileOperand = (compiler: Compiler, field: string, text: string): Operand => {
  const path = compiler.attempt(field, () => parsePath(text), undefined);
  return (scope) => (path === undefined ? undefined : find(path, scope));
};

const must =
  (read: Operand, text: string): Operand =>
  (scope) => {
    const value = read(scope);
    if (value !== undefined) return value;
    throw runtimeError(
      `Invalid path '${text}': The choice state's condition path references an invalid value.`,
    );
  };
