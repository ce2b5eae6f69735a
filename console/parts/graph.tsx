import { Graph as Layout, layout } from '@dagrejs/dagre';
import { useMemo } from 'preact/hooks';
import type { GraphEdge, GraphState, StateOfRun } from '../contract.ts';

const WIDTH_OF_CHARACTER = 8;
const HEIGHT = 30;

interface Box {
  state: GraphState;
  x: number;
  y: number;
  width: number;
  height: number;
  /** has states within */
  holds: boolean;
}

interface Drawn {
  width: number;
  height: number;
  boxes: Box[];
  lines: { key: string; points: string; caught: boolean }[];
}

/** Where everything goes: dagre decides. A Map is a box around its states: ways lead to the first, and on from the last. */
const draw = (states: readonly GraphState[], edges: readonly GraphEdge[]): Drawn => {
  const graph = new Layout({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 18, ranksep: 34, marginx: 10, marginy: 10 });
  graph.setDefaultEdgeLabel(() => ({}));
  const holders = new Set(states.flatMap(({ within }) => within ?? []));
  for (const { name } of states)
    graph.setNode(name, { width: name.length * WIDTH_OF_CHARACTER + 24, height: HEIGHT });
  for (const { name, within } of states) if (within !== null) graph.setParent(name, within);
  const firstIn = (name: string): string => {
    const inner = states.find(({ within }) => within === name);
    return inner === undefined ? name : firstIn(inner.name);
  };
  const lastIn = (name: string): string => {
    const inner = states.filter(({ within }) => within === name);
    const last = inner.findLast(
      (state) => !edges.some(({ from, kind }) => from === state.name && kind === 'next'),
    );
    return last === undefined ? name : lastIn(last.name);
  };
  for (const { from, to, kind } of edges) graph.setEdge(lastIn(from), firstIn(to), {}, kind);
  layout(graph);
  const boxes = states.map((state): Box => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(state.name);
    return { state, x, y, width, height, holds: holders.has(state.name) };
  });
  const lines = graph.edges().map((edge, index) => ({
    key: String(index),
    points: (graph.edge(edge).points ?? [])
      .map(({ x, y }: { x: number; y: number }) => `${x},${y}`)
      .join(' '),
    caught: edge.name === 'catch',
  }));
  const { width = 0, height = 0 } = graph.graph();
  return { width, height, boxes, lines };
};

const said: Record<StateOfRun['status'] | 'unreached', string> = {
  succeeded: 'done',
  failed: 'failed',
  running: 'running',
  unreached: 'not reached',
};

/** Each state is a button: it tells more of itself. */
export const Graph = ({
  states,
  edges,
  reached,
  chosen,
  onChoose,
}: {
  states: readonly GraphState[];
  edges: readonly GraphEdge[];
  reached: readonly StateOfRun[];
  chosen: string | undefined;
  onChoose(name: string): void;
}) => {
  const { width, height, boxes, lines } = useMemo(() => draw(states, edges), [states, edges]);
  const known = new Map(reached.map((state) => [state.name, state]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroll graph" aria-label="The state machine" tabIndex={0}>
      <div class="canvas" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg width={width} height={height} aria-hidden="true">
          <defs>
            <marker
              id="tip"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0 8 4 0 8z" />
            </marker>
          </defs>
          {lines.map(({ key, points, caught }) => (
            <polyline key={key} points={points} class={caught ? 'caught' : ''} marker-end="url(#tip)" />
          ))}
        </svg>
        {boxes.map(({ state, x, y, width: w, height: h, holds }) => {
          const status = known.get(state.name)?.status ?? 'unreached';
          return (
            <button
              key={state.name}
              type="button"
              class={`state ${status}${holds ? ' holds' : ''}`}
              aria-pressed={chosen === state.name}
              aria-label={`${state.name}, ${state.type}, ${said[status]}`}
              style={{ left: `${x - w / 2}px`, top: `${y - h / 2}px`, width: `${w}px`, height: `${h}px` }}
              onClick={() => onChoose(state.name)}
            >
              <span>{state.name}</span>
            </button>
          );
        })}
      </div>
    </section>
  );
};
