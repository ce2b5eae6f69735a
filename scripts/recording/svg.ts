/** A recording as an SVG that plays by itself, wherever a picture may stand. No script, no font of its own. */
import type { LineState, Run } from './terminal.ts';

interface Film {
  title: string;
  states: readonly LineState[];
  columns: number;
  /** lines that are seen at once */
  height: number;
  /** when it starts anew; the last picture stands until then */
  endMs: number;
}

const CHAR = 8.4;
const LINE = 19;
const PAD = 14;
const BAR = 32;

/** Of a terminal: black to white, then the bright ones. */
const palette = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const figure = (value: number): string => String(Math.round(value * 100) / 100);

/** Its length is given: whatever font a reader has, columns stay columns. */
const spanOf = ({ column, text, bold, color }: Run): string =>
  [
    `<tspan x="${figure(column * CHAR)}" textLength="${figure([...text].length * CHAR)}"`,
    ...(bold ? [' class="b"'] : []),
    ...(color === undefined ? [] : [` fill="${palette[color] ?? 'inherit'}"`]),
    `>${escaped(text)}</tspan>`,
  ].join('');

/** From a moment on, or between two. A group for all lines of the same moments keeps the file small. */
const groups = (states: readonly LineState[]): Map<string, LineState[]> => {
  const found = new Map<string, LineState[]>();
  for (const state of states) {
    const key = `${state.from} ${state.to ?? ''}`;
    found.set(key, [...(found.get(key) ?? []), state]);
  }
  return found;
};

/** Of what happens at the same moment, the last is seen. */
const keyframes = (name: string, endMs: number, steps: readonly (readonly [ms: number, css: string])[]) => {
  const last = new Map(steps.map(([ms, css]) => [figure((ms / endMs) * 100), css]));
  return `@keyframes ${name}{${[...last].map(([at, css]) => `${at}%{${css}}`).join('')}}`;
};

const appearance = (name: string, { from, to }: LineState, endMs: number): string => {
  const steps: [number, string][] = [
    [0, 'visibility:hidden'],
    [from, 'visibility:visible'],
  ];
  if (to !== undefined) steps.push([to, 'visibility:hidden']);
  const atEnd = to === undefined ? '' : ';visibility:hidden';
  return `${keyframes(name, endMs, steps)}.${name}{animation-name:${name}${atEnd}}`;
};

/** The last line that has been written stays in sight. */
const scrolling = ({ states, height, endMs }: Film): string => {
  let lines = 0;
  const steps: [number, string][] = [[0, 'transform:translateY(0)']];
  for (const { row, from } of [...states].sort((a, b) => a.from - b.from)) {
    if (row < lines) continue;
    lines = row + 1;
    if (lines > height) steps.push([from, `transform:translateY(${-(lines - height) * LINE}px)`]);
  }
  return keyframes('scroll', endMs, steps);
};

export const svgOf = (film: Film): string => {
  const { title, states, columns, height, endMs } = film;
  const [width, tall] = [columns * CHAR + 2 * PAD, height * LINE + PAD + BAR];
  const last = Math.max(...states.filter(({ to }) => to === undefined).map(({ row }) => row)) + 1;
  const parts = [...groups(states).values()].map((lines, at) => ({ name: `t${at}`, lines }));
  const styles = parts.map(({ name, lines: [first] }) => (first ? appearance(name, first, endMs) : ''));
  const texts = parts.map(({ name, lines }) => {
    const shown = lines.map(
      ({ row, runs }) => `<text y="${figure((row + 0.75) * LINE)}">${runs.map(spanOf).join('')}</text>`,
    );
    return `<g class="${name}">${shown.join('')}</g>`;
  });
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, at) => `<circle cx="${20 + at * 20}" cy="16" r="6" fill="${fill}"/>`,
  );
  const size = `width="${figure(width)}" height="${figure(tall)}" viewBox="0 0 ${figure(width)} ${figure(tall)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>
<title>${escaped(title)}</title>
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}
.b{font-weight:bold}
g{animation:0s step-end infinite;animation-duration:${figure(endMs)}ms}
.scroll{transform:translateY(${-Math.max(0, last - height) * LINE}px)}
.scroll{animation-name:scroll}
${scrolling(film)}
${styles.join('\n')}
@media (prefers-reduced-motion:reduce){g{animation-duration:0s}}
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${dots.join('')}
<text x="50%" y="21" text-anchor="middle" fill="#8b949e">${escaped(title)}</text>
<clipPath id="window"><rect width="${figure(columns * CHAR)}" height="${height * LINE}"/></clipPath>
<g transform="translate(${PAD} ${BAR})" clip-path="url(#window)">
<g class="scroll">
${texts.join('\n')}
</g>
</g>
</svg>
`;
};
