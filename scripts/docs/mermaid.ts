/** The few words of mermaid's flowcharts that our pictures need. */

/** An id out of any name. The prefix keeps it clear of mermaid's own words, such as `end`. */
export const idOf = (name: string): string => `n_${name.replaceAll(/\W+/g, '_')}`;

export const quoted = (text: string): string =>
  `"${text.replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;').replaceAll('\n', '<br>')}"`;

/** What an edge says; nothing without a text. */
export const labelOf = (text: string | undefined): string =>
  text === undefined || text === '' ? '' : `|${quoted(text)}|`;

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

export const subgraph = (id: string, title: string, lines: readonly string[]): string[] => [
  `subgraph ${id}[${quoted(title)}]`,
  ...indented(lines),
  'end',
];

export const flowchart = (direction: 'LR' | 'TB', lines: readonly string[]): string =>
  ['```mermaid', `flowchart ${direction}`, ...indented(lines), '```'].join('\n');
