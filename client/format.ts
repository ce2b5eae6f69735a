/** Numbers as people read them at a terminal. */

export const count = (n: number): string => n.toLocaleString('en-US');

export const bytes = (n: number): string => {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = n < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  const scaled = n / 1000 ** power;
  return `${power === 0 ? scaled : scaled.toFixed(scaled < 10 ? 1 : 0)} ${units[power]}`;
};

/** `1 row`, `2 rows`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** Milliseconds below a second, so that nothing takes `0.0 s`. */
export const seconds = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;

/** How long ago, roughly: `3 min`, `2 h`, `5 d`. */
export const age = (ms: number): string => {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
};

/** A horizontal bar of at most `width` characters; anything above zero shows at least a sliver. */
export const bar = (value: number, max: number, width: number): string => {
  const eighths = max > 0 ? Math.round((value / max) * width * 8) : 0;
  const least = value > 0 ? Math.max(1, eighths) : 0;
  return '█'.repeat(Math.floor(least / 8)) + (['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][least % 8] ?? '');
};

/** With a full stop, unless it ends as a sentence already. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
