import { type Node, positionOf, T } from '../grammar/grammar.ts';
import { demandOneForm } from '../translate/comparisons.ts';
import type { Scope, Typed } from '../translate/scope.ts';
import { coerce, translate } from '../translate/translate.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as signatures from '../types/signature.ts';
import * as types from '../types/types.ts';
import { otherFunctions } from './otherFunctions.ts';

/** What stands around the arguments of an aggregate: DISTINCT, ORDER BY, FILTER, OVER, IGNORE NULLS. */
export interface Around {
  distinct: string;
  order: string;
  after: string;
}

export type Build = (args: readonly Typed[], node: Node, scope: Scope) => string | Typed;

interface Definition {
  signature: signatures.Signature;
  /** DuckDB SQL with `$1` … and `$*` for the arguments; in aggregates `@(` and `@)` are the brackets of the call */
  build: string | Build;
}

/** The brackets of an aggregate's call until DISTINCT, ORDER BY, FILTER and OVER are put around them. */
export const OPEN = '\u0001(';
export const CLOSE = '\u0001)';

const definitions = new Map<string, Definition[]>();

/** Declares functions: `{ 'upper(varchar) varchar': 'upper($1)' }`. Overloads are tried in order. */
export const define = (table: Record<string, string | Build>): void => {
  for (const [text, build] of Object.entries(table)) {
    const signature = signatures.parseSignature(text);
    const marked = typeof build === 'string' ? build.replace('@(', OPEN).replace('@)', CLOSE) : build;
    definitions.set(signature.name, [
      ...(definitions.get(signature.name) ?? []),
      { signature, build: marked },
    ]);
  }
};

/** Every function that is declared here. */
export const functionNames = (): string[] => [...definitions.keys()];

const lambda = (
  node: InstanceType<typeof T.LambdaContext>,
  parameter: signatures.Parameter,
  bindings: signatures.Bindings,
  scope: Scope,
): Typed | undefined => {
  const names = node.identifier().map((name) => name.getText());
  const [inputs, output] = [parameter.args.slice(0, -1), parameter.args.at(-1)];
  if (parameter.name !== 'fn' || names.length !== inputs.length || !output) return undefined;
  const variables = new Map(scope.variables);
  names.forEach((name, i) => {
    const type = signatures.typeOf(inputs[i] ?? output, bindings);
    variables.set(name.toLowerCase(), { sql: types.quoted(`l_${name.toLowerCase()}`), type });
  });
  const body = translate(node.expression(), { ...scope, variables });
  if (!signatures.accepts(output, body.type, bindings, false)) return undefined;
  const sql = coerce(body, signatures.typeOf(output, bindings));
  return {
    sql: `lambda ${names.map((name) => types.quoted(`l_${name.toLowerCase()}`)).join(', ')}: ${sql}`,
    type: types.ANY,
  };
};

/** The lambda that an argument is, if it is one. */
export const asLambda = (node: Node): InstanceType<typeof T.LambdaContext> | undefined => {
  let inner: Node = node;
  while (inner.getChildCount() === 1) {
    const child = inner.getChild(0);
    if (child instanceof T.LambdaContext) return child;
    if (!child || !('ruleIndex' in child)) return undefined;
    inner = child as Node; // it has a rule index, so it is the node of a rule
  }
  return inner instanceof T.LambdaContext ? inner : undefined;
};

interface Call {
  nodes: readonly Node[];
  values: readonly (Typed | undefined)[];
  node: Node;
  scope: Scope;
}

const match = (definition: Definition, call: Call, exact: boolean): Typed | undefined => {
  const { signature } = definition;
  if (!signatures.takes(signature, call.nodes.length)) return undefined;
  const bindings: signatures.Bindings = new Map();
  const args: Typed[] = [];
  for (const [i, argument] of call.nodes.entries()) {
    const parameter = signatures.parameterAtIndex(signature, i);
    const value = call.values[i];
    if (!parameter) return undefined;
    if (value) {
      if (parameter.name === 'fn' || !signatures.accepts(parameter, value.type, bindings, exact))
        return undefined;
      args.push(value);
      continue;
    }
    const body = lambda(asLambda(argument) ?? failLambda(argument), parameter, bindings, call.scope);
    if (!body) return undefined;
    args.push(body);
  }
  const coerced = args.map((arg, i) => {
    const parameter = signatures.parameterAtIndex(signature, i);
    if (!parameter || parameter.name === 'fn') return arg;
    const type = signatures.typeOf(parameter, bindings);
    const kept = type.name === arg.type.name && (types.isText(type) || type.name.startsWith('time'));
    return {
      ...arg,
      sql: coerce(arg, type),
      type: kept || (types.isOpen(arg.type) && types.isOpen(type)) ? arg.type : type,
    };
  });
  return render(definition, coerced, bindings, call);
};

const failLambda = (node: Node): never => {
  throw notSupported('a lambda here', positionOf(node));
};

const render = (definition: Definition, args: Typed[], bindings: signatures.Bindings, call: Call): Typed => {
  const type = signatures.typeOf(definition.signature.result, bindings);
  if (typeof definition.build !== 'string') {
    const built = definition.build(args, call.node, call.scope);
    return typeof built === 'string' ? { sql: built, type } : built;
  }
  const sql = definition.build.replaceAll(/\$(\d|\*)/g, (_all, which: string) =>
    which === '*' ? args.map((arg) => arg.sql).join(', ') : (args[Number(which) - 1]?.sql ?? 'NULL'),
  );
  return { sql, type };
};

const argumentTypes = (call: Call): string =>
  call.values.map((value) => (value ? types.typeText(value.type) : 'function')).join(', ');

const families = ['varchar', 'varbinary', 'array', 'map'];

/** A NULL may stand for everything; where the answer's type hangs on it, Trino asks which is meant. */
const refuseAmbiguous = (known: readonly Definition[], call: Call, found: Typed): void => {
  if (!call.values.some((value) => value?.type.name === 'unknown')) return;
  const others = known.filter((definition) => families.includes(definition.signature.result.name));
  const results = others
    .map((definition) => match(definition, call, false)?.type.name)
    .filter((name) => name !== undefined && families.includes(name));
  if (!families.includes(found.type.name) || new Set(results).size < 2) return;
  const hint = 'Could not choose a best candidate operator. Explicit type casts must be added.';
  throw new TrinoError('AMBIGUOUS_FUNCTION_CALL', hint, positionOf(call.node));
};

/** A function of Trino's that is not here; any other name is unknown to Trino too. */
const notHere = (name: string, node: Node): TrinoError =>
  otherFunctions.has(name)
    ? notSupported(`the function ${name}()`, positionOf(node))
    : new TrinoError('FUNCTION_NOT_FOUND', `Function '${name}' not registered`, positionOf(node));

/** A call by name. Throws FUNCTION_NOT_FOUND, as Trino does when no overload fits. */
export const callFunction = (name: string, nodes: readonly Node[], node: Node, scope: Scope): Typed => {
  const known = definitions.get(name);
  if (!known) throw notHere(name, node);
  const values = nodes.map((argument) => (asLambda(argument) ? undefined : translate(argument, scope)));
  if (node instanceof T.FunctionCallContext && node.setQuantifier()?.KW_DISTINCT())
    for (const value of values) if (value) demandOneForm(value.type, 'DISTINCT', node);
  const call = { nodes, values, node, scope };
  for (const exact of [true, false]) {
    for (const definition of known) {
      const typed = match(definition, call, exact);
      if (!typed) continue;
      refuseAmbiguous(known, call, typed);
      return typed;
    }
  }
  const expected = known.map(({ signature }) => signature.text).join(', ');
  const what = `Unexpected parameters (${argumentTypes(call)}) for function ${name}. Expected: ${expected}`;
  throw new TrinoError('FUNCTION_NOT_FOUND', what, positionOf(node));
};
