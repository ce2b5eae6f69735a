import type { Json, JsonObject } from '../contracts.ts';

/** What intrinsic functions look things up in. Every lookup throws an Error naming what it did not find. */
export interface Scope {
  ref(logicalId: string): Json | undefined;
  attribute(logicalId: string, attribute: string): Json;
  mapping(map: string, top: string, second: string): Json;
  condition(name: string): boolean;
}

/** `Ref: AWS::NoValue`: the property (or list item) that holds it disappears. */
const noValue = Symbol('AWS::NoValue');
type Resolved = Json | typeof noValue;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces every intrinsic function in `value`. Throws an Error naming a function that is not known. */
export const resolve = (value: Json, scope: Scope): Json => {
  const resolved = visit(value, scope);
  return resolved === noValue ? null : resolved;
};

/** A condition's definition (`Fn::Equals`, `Fn::And` …) or `{Condition: name}`. */
export const resolveCondition = (value: Json, scope: Scope): boolean => {
  const resolved = resolve(value, scope);
  if (typeof resolved !== 'boolean') throw new Error(`Not a condition: ${JSON.stringify(value)}`);
  return resolved;
};

const visit = (value: Json, scope: Scope): Resolved => {
  if (Array.isArray(value)) return value.map((item) => visit(item, scope)).filter((item) => item !== noValue);
  if (!isObject(value)) return value;
  const [[name, argument] = ['', null], ...others] = Object.entries(value);
  if (others.length === 0 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
    // A policy's `Condition: {…}` block is data; only a name refers to a condition of the template.
    if (name !== 'Condition' || typeof argument === 'string') return call(name, argument, scope);
  }
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const resolved = visit(item, scope);
    if (resolved !== noValue) result[key] = resolved;
  }
  return result;
};

const call = (name: string, argument: Json, scope: Scope): Resolved => {
  if (name === 'Ref') return reference(text(argument, name), scope);
  if (name === 'Condition') return scope.condition(text(argument, name));
  // The branch not taken may refer to resources that a condition has removed: it must stay unresolved.
  if (name === 'Fn::If') {
    const [condition, yes, no] = list(argument, name);
    return visit((scope.condition(text(condition, name)) ? yes : no) ?? null, scope);
  }
  const run = functions[name];
  if (!run) throw new Error(`The emulator does not know the intrinsic function ${name}`);
  if (name === 'Fn::Sub') return run(argument, scope);
  return run(resolve(argument, scope), scope);
};

const reference = (id: string, scope: Scope): Resolved => {
  if (id === 'AWS::NoValue') return noValue;
  const found = scope.ref(id);
  if (found === undefined) throw new Error(`Ref to ${id}, which the template does not declare`);
  return found;
};

const text = (value: Json | undefined, where: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} wants text, not ${JSON.stringify(value)}`);
};

const list = (value: Json | undefined, where: string): Json[] => {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} wants a list, not ${JSON.stringify(value)}`);
};

const truth = (value: Json | undefined): boolean => {
  if (typeof value === 'boolean') return value;
  throw new Error(`Not a condition: ${JSON.stringify(value)}`);
};

const functions: Record<string, (argument: Json, scope: Scope) => Json> = {
  'Fn::GetAtt': (argument, scope) => {
    const parts = Array.isArray(argument) ? argument : text(argument, 'Fn::GetAtt').split('.');
    const [id, ...attribute] = parts.map((part) => text(part, 'Fn::GetAtt'));
    return scope.attribute(id ?? '', attribute.join('.'));
  },
  'Fn::Join': (argument) => {
    const [delimiter, items] = list(argument, 'Fn::Join');
    return list(items, 'Fn::Join')
      .map((item) => text(item, 'Fn::Join'))
      .join(text(delimiter, 'Fn::Join'));
  },
  'Fn::Select': (argument) => {
    const [index, items] = list(argument, 'Fn::Select');
    const chosen = list(items, 'Fn::Select')[Number(index)];
    if (chosen === undefined) throw new Error(`Fn::Select has no item ${JSON.stringify(index)}`);
    return chosen;
  },
  'Fn::Split': (argument) => {
    const [delimiter, whole] = list(argument, 'Fn::Split');
    return text(whole, 'Fn::Split').split(text(delimiter, 'Fn::Split'));
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = list(argument, 'Fn::FindInMap').map((part) => text(part, 'Fn::FindInMap'));
    return scope.mapping(map ?? '', top ?? '', second ?? '');
  },
  'Fn::Base64': (argument) => Buffer.from(text(argument, 'Fn::Base64')).toString('base64'),
  'Fn::ToJsonString': (argument) => JSON.stringify(argument),
  'Fn::Equals': (argument) => {
    const [left, right] = list(argument, 'Fn::Equals');
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument) => list(argument, 'Fn::And').every(truth),
  'Fn::Or': (argument) => list(argument, 'Fn::Or').some(truth),
  'Fn::Not': (argument) => !truth(list(argument, 'Fn::Not')[0]),
  'Fn::Sub': (argument, scope) => substitute(argument, scope),
};

const substitute = (argument: Json, scope: Scope): string => {
  const [template, own] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = isObject(own) ? own : {};
  return text(template, 'Fn::Sub').replace(
    /\$\{(!?)\s*([^}]+?)\s*\}/g,
    (_whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      const variable = variables[name];
      if (variable !== undefined) return text(resolve(variable, scope), 'Fn::Sub');
      if (!name.includes('.')) return text(resolve({ Ref: name }, scope), 'Fn::Sub');
      return text(resolve({ 'Fn::GetAtt': name }, scope), 'Fn::Sub');
    },
  );
};
