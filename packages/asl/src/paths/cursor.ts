/** A text being read from left to right; shared by the parsers of paths, filters and intrinsic functions. */
export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(length = 1): string {
    return this.text.slice(this.at, this.at + length);
  }

  skipSpace(): void {
    while (/\s/.test(this.peek())) this.at += 1;
  }

  /** Moves past `token` if it stands here. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(`expected '${token}'`);
  }

  /** Moves past what a sticky regular expression matches here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** A quoted text as it is written, escapes included. The quote stands here. */
  quoted(): string {
    const quote = this.peek();
    const start = this.at + 1;
    for (this.at = start; !this.done; this.at += 1) {
      if (this.peek() === '\\') this.at += 1;
      else if (this.peek() === quote) {
        this.at += 1;
        return this.text.slice(start, this.at - 1);
      }
    }
    return this.fail('a quote is not closed');
  }

  fail(why: string): never {
    throw new SyntaxError(`${why} at position ${this.at} of '${this.text}'`);
  }
}

/** `\'`, `\"`, `\\`, `\{`, `\}` stand for the character itself; a backslash before anything else stays. */
export const unescapeQuoted = (raw: string): string => raw.replace(/\\(['"\\{}])/g, '$1');
