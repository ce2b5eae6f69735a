import { type Node, T } from '../grammar/grammar.ts';
import { condition } from './operators.ts';
import type { Scan, Scope } from './scope.ts';

/** The parts of a condition that must all hold. */
const conjuncts = (node: Node): Node[] => {
  if (node instanceof T.AndContext) return node.booleanExpression().flatMap(conjuncts);
  if (node instanceof T.ExpressionContext) return conjuncts(node.booleanExpression());
  if (node instanceof T.PredicatedContext && !node.predicate()) {
    const value = node.valueExpression();
    const inner = value instanceof T.ValueExpressionDefaultContext ? value.primaryExpression() : value;
    if (inner instanceof T.ParenthesizedExpressionContext) return conjuncts(inner.expression());
  }
  return [node];
};

const scansOf = (scope: Scope): Set<Scan> =>
  new Set(
    scope.relations.flatMap((r) => r.columns.flatMap(({ origins = [] }) => origins.map(({ scan }) => scan))),
  );

/**
 * Notes which of the conditions ask only for partition columns, so that the planner reads just the partitions that
 * fulfil them. The query keeps its conditions: pruning saves work and never changes an answer.
 */
export const prune = (where: Node, scope: Scope): void => {
  for (const scan of scansOf(scope)) {
    for (const node of conjuncts(where)) {
      if (/random|uuid|shuffle|\(select/i.test(node.getText()) || node.getText().includes('?')) continue;
      try {
        const sql = condition(node, { ...scope, partitionsOf: scan });
        if (sql.includes('p."')) scan.predicates.push(sql);
      } catch {
        // it needs more than the partition columns: it prunes nothing
      }
    }
  }
};
