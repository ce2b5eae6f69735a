import { columnParts } from './translate/calls.ts';
import { type Node, T } from './grammar/grammar.ts';

/** Every name a statement has in a FROM clause; those of WITH queries are among them. */
export const tableNames = (node: Node): string[][] => {
  if (node instanceof T.TableNameContext) return [columnParts(node.tableOrViewName())];
  return node.children?.flatMap((child) => ('ruleIndex' in child ? tableNames(child as Node) : [])) ?? []; // a rule's node
};
