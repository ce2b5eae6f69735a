/** RFC 4180; NULL is an empty field, an empty string a quoted one, as Athena's own CSV has it. */
export const csv = (columns: readonly string[], rows: readonly (readonly (string | null)[])[]): string => {
  const field = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
};
