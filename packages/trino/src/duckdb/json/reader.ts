/** A value of JSON. A number keeps its text; names may come twice, in the order they were written. */
export type JsonValue =
  | { kind: 'null' | 'true' | 'false' }
  | { kind: 'string'; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'array'; items: JsonValue[] }
  | { kind: 'object'; members: [string, JsonValue][] };

/** Text that is not JSON. */
export class NotJson extends Error {}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none of these in a string
const plainText = /[^"\\\u0000-\u001f]*/y;
const words = { t: 'true', f: 'false', n: 'null' } as const;
const escapes: Record<string, string> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '/': '/',
};
const DEEPEST = 1000; // as Jackson, which reads JSON for Trino

/**
 * Reads JSON from left to right and no further than it is asked to, as Trino does: what stands behind the value that
 * a path names may be anything. Every step throws NotJson for text that is not JSON.
 */
export class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The first character of the next token, which stays unread. */
  peek(): string {
    while (' \n\r\t'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
    return this.#text[this.#at] ?? '';
  }

  #expect(character: string): void {
    if (this.peek() !== character) throw new NotJson(`expected ${character} at ${this.#at}`);
    this.#at += 1;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(hex)) {
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const plain = escapes[letter];
    if (plain === undefined) throw new NotJson('an unknown escape');
    this.#at += 2;
    return plain;
  }

  string(): string {
    this.#expect('"');
    let value = this.#match(plainText);
    while (this.#text[this.#at] === '\\') value += this.#escape() + this.#match(plainText);
    if (this.#text[this.#at] !== '"') throw new NotJson('a string without an end');
    this.#at += 1;
    return value;
  }

  /** The names of an object, or the places of an array: each stands before its value, which is to be read or skipped. */
  *members(close: ']' | '}'): Generator<string | number> {
    this.#expect(close === '}' ? '{' : '[');
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new NotJson('too deep');
    for (let place = 0; this.peek() !== close; place += 1) {
      if (place > 0) this.#expect(',');
      if (close === '}') {
        const name = this.string();
        this.#expect(':');
        yield name;
      } else yield place;
    }
    this.#at += 1;
    this.#depth -= 1;
  }

  #scalar(): JsonValue {
    const word = words[this.peek() as keyof typeof words]; // undefined for any other character
    if (word && this.#text.startsWith(word, this.#at)) {
      this.#at += word.length;
      return { kind: word };
    }
    const text = this.#match(number);
    if (text === '' || /[\w.+-]/.test(this.#text[this.#at] ?? ' ')) throw new NotJson('not a value');
    return { kind: 'number', text };
  }

  value(): JsonValue {
    const first = this.peek();
    if (first === '"') return { kind: 'string', value: this.string() };
    if (first === '[') {
      const items: JsonValue[] = [];
      for (const _ of this.members(']')) items.push(this.value());
      return { kind: 'array', items };
    }
    if (first !== '{') return this.#scalar();
    const members: [string, JsonValue][] = [];
    for (const name of this.members('}')) members.push([String(name), this.value()]);
    return { kind: 'object', members };
  }

  /** Past the next value: as value(), which keeps it. */
  skip(): void {
    const first = this.peek();
    if (first === '"') this.string();
    else if (first !== '{' && first !== '[') this.#scalar();
    else for (const _ of this.members(first === '{' ? '}' : ']')) this.skip();
  }

  end(): void {
    if (this.peek() !== '') throw new NotJson('more after the end');
  }
}

/** The whole text as one value. Throws NotJson. */
export const readJson = (text: string): JsonValue => {
  const reader = new JsonReader(text);
  const value = reader.value();
  reader.end();
  return value;
};
