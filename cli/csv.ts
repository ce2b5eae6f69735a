/** RFC 4180; NULL is an empty field, an empty string a quoted one, as Athena's own CSV has it. */
export const csvRow = (row: readonly (string | null)[]): string =>
  `${row.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',')}\r\n`;

export const csv = (columns: readonly string[], rows: readonly (readonly (string | null)[])[]): string =>
  [columns, ...rows].map(csvRow).join('');
