import { fieldFlaw, snakeCase } from '../../../compiler/events/names.ts';
import { namesText, parseNames } from '../../../compiler/events/source.ts';
import {
  type ColumnType,
  decimalOf,
  type Names,
  type ScalarType,
  type StructField,
} from '../../../src/events/columnType.ts';
import { kindsOf, nothing, type Observed } from './observe.ts';

/** Objects are looked into so deep; what is below is JSON. */
const DEEPEST = 4;
/** An object of more members is more likely a map, whose names are data. */
const MOST_MEMBERS = 50;

/** Names of amounts of money, as a part of a name: `order_total`, `unitPrice`. */
const money =
  /(?:^|_)(?:price|amount|revenue|total|subtotal|tax|vat|shipping|discount|cost|fee|fees|balance|payment|refund|salary)(?:_|$)/;
/** Numbers of such names are times, if they are of this century. */
const time = /(?:^|_)(?:at|time|timestamp|ts|date|since|until)$/;

const DECIMAL_DIGITS = 18;
const MOST_FRACTION = 6;

const numberType = ({ numbers }: Observed, name: string): ScalarType => {
  const plain = snakeCase(name);
  if (time.test(plain) && numbers.recent === numbers.count) return 'timestamp';
  const scale = Math.max(2, numbers.fraction);
  if (money.test(plain) && scale <= MOST_FRACTION && numbers.whole <= DECIMAL_DIGITS - scale)
    return `decimal(${DECIMAL_DIGITS},${scale})`;
  if (numbers.bigints === numbers.count) return 'bigint';
  return numbers.finite === numbers.count ? 'double' : 'json';
};

/** A type that all values have that were there; undefined where there was none but null. Objects are JSON here. */
const scalarType = (observed: Observed, name: string): ScalarType | undefined => {
  const [first, second] = kindsOf(observed).map(([kind]) => kind);
  if (first === undefined) return undefined;
  if (second !== undefined) return 'json';
  const { strings } = observed;
  if (first === 'boolean') return 'boolean';
  if (first === 'number') return numberType(observed, name);
  if (first !== 'string') return 'json';
  if (strings.days === strings.count) return 'date';
  return strings.instants === strings.count ? 'timestamp' : 'string';
};

interface Leaf {
  path: Names;
  observed: Observed;
}

/** Whether a place is to be looked into instead of being a column. */
export const isOpen = (observed: Observed, depth: number): boolean =>
  observed.objects > 0 &&
  kindsOf(observed).length === 1 &&
  depth < DEEPEST &&
  observed.members.size > 0 &&
  observed.members.size <= MOST_MEMBERS;

/** The places below an object that are columns or fields of their own. */
const leavesOf = (members: ReadonlyMap<string, Observed>, above: Names): Leaf[] =>
  [...members].flatMap(([name, observed]) => {
    const path = [...above, name];
    return isOpen(observed, path.length) ? leavesOf(observed.members, path) : [{ path, observed }];
  });

const fieldName = (path: Names, taken: ReadonlySet<string>): string | undefined => {
  const base = snakeCase(path.join('_'));
  const names = [
    base,
    `${base}_value`,
    `field_${base}`,
    ...Array.from({ length: 50 }, (_, i) => `${base}_${i + 2}`),
  ];
  return names.find((name) => fieldFlaw(name) === undefined && !taken.has(name));
};

/** A field is a scalar: what is a list, an object or mixed stays in the properties. */
const structOf = (
  elements: Observed,
  mayHave: (path: Names, observed: Observed) => boolean,
): readonly StructField[] => {
  const taken = new Set<string>();
  return leavesOf(elements.members, []).flatMap(({ path, observed }): StructField[] => {
    if ('flaw' in parseNames(namesText(path))) return [];
    const type = scalarType(observed, path.at(-1) ?? '');
    const name = fieldName(path, taken);
    if (type === undefined || type === 'json' || name === undefined || !mayHave(path, observed)) return [];
    taken.add(name);
    return [{ name, type, from: [path] }];
  });
};

/** The type of a column out of what was there; undefined where there was nothing to see a type by. */
export const proposedType = (
  observed: Observed,
  name: string,
  mayHave: (path: Names, observed: Observed) => boolean,
): ColumnType | undefined => {
  const { arrays, elements } = observed;
  if (arrays === 0 || elements === undefined || kindsOf(observed).length > 1)
    return scalarType(observed, name);
  const kinds = kindsOf(elements);
  if (kinds.length !== 1) return 'json';
  if (elements.objects > 0) {
    if (elements.nulls > 0 || elements.members.size > MOST_MEMBERS) return 'json';
    const fields = structOf(elements, mayHave);
    return fields.length === 0 ? 'json' : { arrayOf: fields };
  }
  if (elements.arrays > 0) return 'json';
  const type = scalarType(elements, name);
  return type === undefined || type === 'json' ? 'json' : { arrayOf: type };
};

const onlyOf = (observed: Observed, ...kinds: string[]): boolean =>
  kindsOf(observed).every(([kind]) => kinds.includes(kind));

const fillsScalar = (type: ScalarType, observed: Observed): boolean => {
  const { strings, numbers } = observed;
  const decimal = decimalOf(type);
  if (decimal !== undefined) {
    const [precision, scale] = decimal.map(Number);
    return (
      onlyOf(observed, 'number') &&
      numbers.fraction <= (scale ?? 0) &&
      numbers.whole <= (precision ?? 0) - (scale ?? 0)
    );
  }
  switch (type) {
    case 'string':
      return onlyOf(observed, 'string');
    case 'bigint':
      return onlyOf(observed, 'number') && numbers.bigints === numbers.count;
    case 'double':
      return onlyOf(observed, 'number') && numbers.finite === numbers.count;
    case 'boolean':
      return onlyOf(observed, 'boolean');
    case 'date':
      return onlyOf(observed, 'string') && strings.days === strings.count;
    case 'timestamp':
      return (
        onlyOf(observed, 'string', 'number') &&
        strings.instants === strings.count &&
        numbers.instants === numbers.count
      );
    default:
      return true;
  }
};

/** What was at a place below an object, over all that were there. */
const below = (observed: Observed, [name, ...rest]: Names): Observed =>
  name === undefined ? observed : below(observed.members.get(name) ?? nothing(), rest);

/** Whether all values that were there fill a column of this type. */
export const fills = (type: ColumnType, observed: Observed): boolean => {
  if (typeof type === 'string') return fillsScalar(type, observed);
  const { arrayOf } = type;
  const elements = observed.elements ?? nothing();
  if (!onlyOf(observed, 'array')) return false;
  if (typeof arrayOf === 'string') return fillsScalar(arrayOf, elements);
  return (
    elements.nulls === 0 &&
    onlyOf(elements, 'object') &&
    arrayOf.every(({ type: field, from }) => from.every((path) => fillsScalar(field, below(elements, path))))
  );
};
