import { isMap, isSeq } from 'yaml';
import type { ScalarType } from '../../src/events/columnType.ts';
import { valueIn } from '../../src/events/contract/rules.ts';
import { fitsOf } from '../../src/events/contract/scalars.ts';
import type { Condition } from '../../src/events/windows/windowType.ts';
import type { Member, YamlFile } from '../yamlFile.ts';

const EXAMPLE = 'event_name: order_completed';

const hasOrder = (type: ScalarType): boolean => type !== 'string' && type !== 'boolean';

/** The values of a condition, as texts. A fault for each that the column can never have. */
const valuesOf = (yaml: YamlFile, member: Member, what: string, type: ScalarType): string[] =>
  (yaml.scalars(member, what, isSeq(member.value)) ?? []).map(({ text, line }) => {
    if (!fitsOf(type)(valueIn(type, text)))
      yaml.fault(line, `${what}: "${text}" is not a ${type}, which this column is.`);
    return text;
  });

const limitOf = (
  yaml: YamlFile,
  member: Member | undefined,
  what: string,
  type: ScalarType,
): string | undefined => {
  if (member === undefined) return undefined;
  if (!hasOrder(type)) yaml.fault(member.line, `${what}: a ${type} has no order. Name the values instead.`);
  return valuesOf(yaml, member, what, type)[0];
};

const conditionOf = (yaml: YamlFile, member: Member, type: ScalarType): Condition => {
  const { name: column, value } = member;
  const what = `where.${column}`;
  if (!isMap(value)) return { column, allowed: valuesOf(yaml, member, what, type) };
  const given = yaml.known(value, what, ['not', 'min', 'max'], 'min: 100');
  const not = given.get('not');
  const [min, max] = ['min', 'max'].map((key) => limitOf(yaml, given.get(key), `${what}.${key}`, type));
  return {
    column,
    ...(not === undefined ? {} : { not: valuesOf(yaml, not, `${what}.not`, type) }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
};

/** `where`: a column and its value, its values, or `{ not: …, min: …, max: … }`. */
export const readConditions = (
  yaml: YamlFile,
  member: Member | undefined,
  typeOf: (column: string, line: number) => ScalarType | undefined,
): Condition[] => {
  if (member === undefined) return [];
  return yaml.members(member.value, 'where', EXAMPLE).flatMap((one) => {
    const type = typeOf(one.name, one.line);
    return type === undefined ? [] : [conditionOf(yaml, one, type)];
  });
};
