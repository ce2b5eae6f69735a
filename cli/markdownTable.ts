/** Names of senders may have line breaks in them, which would end a heading or a row. */
export const onOneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');

const cell = (text: string): string => onOneLine(text).replaceAll('|', '\\|');

/** A table of Markdown. */
export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
