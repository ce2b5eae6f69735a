import { type parseQuery, positionOf, T } from 'headrace-trino';

/** What makes a query give another answer for the same events, where its text says so. */

type Node = ReturnType<typeof parseQuery> | InstanceType<typeof T.FunctionCallContext>;

export interface Odd {
  line: number;
  column: number;
  what: string;
  how: string;
}

/** Every node below one, itself first. */
function* nodesBelow(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children ?? []) if ('ruleIndex' in child) yield* nodesBelow(child as Node); // a rule's node
}

const CLOCKS = [
  T.CurrentDateContext,
  T.CurrentTimeContext,
  T.CurrentTimestampContext,
  T.LocalTimeContext,
  T.LocalTimestampContext,
];
const CHANCE = ['random', 'rand', 'uuid', 'shuffle'];
const ANY_OF = ['arbitrary', 'any_value'];
const BY_PLACE = ['row_number', 'ntile', 'first_value', 'last_value', 'nth_value', 'lag', 'lead'];
const LISTS = ['array_agg', 'multimap_agg'];
/** What does not care for the order of the list inside of it. */
const UNORDERED = ['array_sort', 'cardinality', 'array_max', 'array_min', 'contains'];

const nameOf = (call: InstanceType<typeof T.FunctionCallContext>): string =>
  call.functionName().getText().toLowerCase();

const odd = (node: Node, what: string, how: string): Odd => ({ ...positionOf(node), what, how });

const USE_NOW = 'Use :now, which is when the run began and the same in every try';

/** Clocks and chance: a run that is tried again would find something else. */
const ofTime = (node: Node): Odd[] => {
  if (CLOCKS.some((kind) => node instanceof kind))
    return [odd(node, `${node.getText()} is another time in every try`, USE_NOW)];
  if (!(node instanceof T.FunctionCallContext)) return [];
  const name = nameOf(node);
  if (name === 'now') return [odd(node, 'now() is another time in every try', USE_NOW)];
  if (!CHANCE.includes(name)) return [];
  return [odd(node, `${name}() gives another value in every try`, 'Derive the value from a column')];
};

const isInside = (call: Node, names: readonly string[]): boolean => {
  for (let up = call.parent; up; up = up.parent) {
    if (up instanceof T.FunctionCallContext) return names.includes(nameOf(up));
    if (up instanceof T.QueryStatementContext) return false;
  }
  return false;
};

/** A function whose answer hangs on an order that nobody gave. */
const ofCall = (call: InstanceType<typeof T.FunctionCallContext>): Odd[] => {
  const name = nameOf(call);
  const window = call.over()?.windowSpecification();
  if (ANY_OF.includes(name)) return [odd(call, `${name}() takes any of the values`, 'Use min() or max()')];
  if (BY_PLACE.includes(name) && window && window.sortItem().length === 0 && !window.identifier())
    return [
      odd(
        call,
        `${name}() has no ORDER BY in its OVER`,
        'Add ORDER BY with columns that tell all rows apart',
      ),
    ];
  if (LISTS.includes(name) && !call.over() && call.sortItem().length === 0 && !isInside(call, UNORDERED))
    return [odd(call, `${name}() lists its values in any order`, `Write ${name}(x ORDER BY x)`)];
  return [];
};

const ofOrder = (node: Node): Odd[] => {
  if (node instanceof T.FunctionCallContext) return ofCall(node);
  if (node instanceof T.SampledRelationContext && node.KW_TABLESAMPLE())
    return [odd(node, 'TABLESAMPLE takes other rows in every try', 'Choose rows by a column')];
  if (!(node instanceof T.QueryNoWithContext) || node.sortItem().length > 0) return [];
  const cut: Node | undefined = node.limitRowCount() ?? node._fetchFirst ?? node._offset;
  if (!cut) return [];
  const how = 'Add ORDER BY with columns that tell all rows apart';
  return [odd(cut, 'LIMIT without ORDER BY takes any rows', how)];
};

/** What the query reads of clocks and chance. */
export const timesIn = (query: Node): Odd[] => [...nodesBelow(query)].flatMap(ofTime);

/** Also what hangs on the order of rows, which a mart may not: it is written again, and is to come out the same. */
export const oddIn = (query: Node): Odd[] =>
  [...nodesBelow(query)].flatMap((node) => [...ofTime(node), ...ofOrder(node)]);
