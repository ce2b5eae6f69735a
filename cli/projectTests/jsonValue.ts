import { isMap, isScalar, isSeq } from 'yaml';
import type { Value, YamlFile } from '../../compiler/yamlFile.ts';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const EXAMPLE = '{ order_id: o-1, revenue: 19.90 }';

/** A value of a YAML file as JSON has it. A number keeps its text: 1.10 stays 1.10. What JSON has not is a fault. */
export const jsonOf = (yaml: YamlFile, value: Value, what: string): unknown => {
  if (value === null) return null;
  if (isMap(value)) return objectOf(yaml, value, what);
  if (isSeq(value)) return yaml.items(value, what, '[a, b]').map((item) => jsonOf(yaml, item, what));
  if (!isScalar(value)) return null;
  if (typeof value.value === 'string' || typeof value.value === 'boolean') return value.value;
  const text = value.source ?? String(value.value);
  if (NUMBER.test(text)) return JSON.rawJSON(text);
  yaml.fault(
    yaml.lineOf(value),
    `${what}: JSON has no number ${text}. Write it in decimal digits, or in quotes if it is a text.`,
  );
  return null;
};

export const objectOf = (yaml: YamlFile, value: Value, what: string): Record<string, unknown> => {
  const members = yaml.members(value, what, EXAMPLE);
  const merged = members.find(({ name }) => name === '<<');
  if (merged !== undefined)
    yaml.fault(
      merged.line,
      `${what}: "<<" merges nothing here. Write the values out, or repeat them by *name.`,
    );
  return Object.fromEntries(
    members.map((member) => [member.name, jsonOf(yaml, member.value, `${what}.${member.name}`)]),
  );
};
