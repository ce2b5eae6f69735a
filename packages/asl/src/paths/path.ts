import { isObject, type Json } from '../values.ts';

/** The test of a filter `[?(…)]`: the element, and the value the whole path started from. */
export type Filter = (element: Json, root: Json) => boolean;

/** One step of a path. `deep` (`..name`) looks at every descendant first. */
export type Segment = { deep: boolean } & (
  | { kind: 'names'; names: readonly string[] }
  | { kind: 'indexes'; indexes: readonly number[] }
  | { kind: 'slice'; from: number | undefined; to: number | undefined; step: number }
  | { kind: 'all' }
  | { kind: 'filter'; test: Filter }
);

/**
 * A parsed JSONPath. A definite path names at most one value; an indefinite one (wildcard, slice, filter, union,
 * descendants) always gives an array, empty when nothing matches: recorded answers of AWS say so.
 */
export interface Path {
  readonly text: string;
  /** `$` the data, `$$` the context object, else the name of a variable */
  readonly root: string;
  readonly segments: readonly Segment[];
  readonly definite: boolean;
}

export const isDefinite = (segments: readonly Segment[]): boolean =>
  segments.every(
    (segment) =>
      !segment.deep &&
      ((segment.kind === 'names' && segment.names.length === 1) ||
        (segment.kind === 'indexes' && segment.indexes.length === 1)),
  );

/** undefined: a definite path without a value. */
export const evaluate = (path: Pick<Path, 'segments' | 'definite'>, root: Json): Json | undefined => {
  let nodes: Json[] = [root];
  for (const segment of path.segments) {
    if (segment.deep) nodes = nodes.flatMap(descendants);
    nodes = nodes.flatMap((node) => select(segment, node, root));
  }
  return path.definite ? nodes[0] : nodes;
};

const descendants = (node: Json): Json[] => {
  const children = typeof node === 'object' && node !== null ? Object.values(node) : [];
  return [node, ...children.flatMap(descendants)];
};

const select = (segment: Segment, node: Json, root: Json): Json[] => {
  if (segment.kind === 'names') return isObject(node) ? segment.names.flatMap((name) => own(node, name)) : [];
  if (segment.kind === 'all') return typeof node === 'object' && node !== null ? Object.values(node) : [];
  if (segment.kind === 'filter') {
    const candidates = Array.isArray(node) ? node : [node];
    return candidates.filter((candidate) => segment.test(candidate, root));
  }
  if (!Array.isArray(node)) return [];
  if (segment.kind === 'slice') return slice(node, segment.from, segment.to, segment.step);
  return segment.indexes.flatMap((index) => {
    const at = index < 0 ? node.length + index : index;
    const value = node[at];
    return value === undefined ? [] : [value];
  });
};

const own = (node: { [key: string]: Json }, name: string): Json[] => {
  const value = Object.hasOwn(node, name) ? node[name] : undefined;
  return value === undefined ? [] : [value];
};

const slice = (node: Json[], from: number | undefined, to: number | undefined, step: number): Json[] =>
  node.slice(from, to).filter((_, index) => index % step === 0);
