const structural = /["[\]{},]/g;

/** Position of the quote that closes the string opened at `open`; the text's end where none does. */
export const endOfString = (text: string, open: number): number => {
  for (let quote = text.indexOf('"', open + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return text.length;
};

/** The texts between the commas of the outermost array or object. The text must be valid JSON. */
const children = (text: string): string[] => {
  const slices: string[] = [];
  let depth = 0;
  let start = 0;
  const scan = new RegExp(structural);
  for (let found = scan.exec(text); found !== null; found = scan.exec(text)) {
    const at = found.index;
    const character = found[0];
    if (character === '"') {
      scan.lastIndex = endOfString(text, at) + 1;
    } else if (character === '[' || character === '{') {
      depth += 1;
      if (depth === 1) start = at + 1;
    } else if (character === ',') {
      if (depth === 1) {
        slices.push(text.slice(start, at).trim());
        start = at + 1;
      }
    } else {
      depth -= 1;
      if (depth === 0) slices.push(text.slice(start, at).trim());
    }
  }
  return slices.length === 1 && slices[0] === '' ? [] : slices;
};

/**
 * The text of each element of a JSON array, as it was sent: what a rejected event keeps, and what numbers beyond
 * double precision are read from. The text must have passed JSON.parse.
 */
export const elementTexts = (text: string): string[] => children(text);

/** The text of a member's value; of the last one where a name stands twice, as JSON.parse does. */
export const memberText = (text: string, name: string): string | undefined => {
  let value: string | undefined;
  for (const member of children(text)) {
    const afterKey = endOfString(member, 0) + 1;
    if (JSON.parse(member.slice(0, afterKey)) === name) {
      value = member.slice(member.indexOf(':', afterKey) + 1).trim();
    }
  }
  return value;
};
