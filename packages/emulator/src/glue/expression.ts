import { AwsError } from '../contracts.ts';

interface Key {
  Name: string;
  Type: string;
}

type Predicate = (values: readonly string[]) => boolean;

type Token = { kind: 'word' | 'name' | 'text' | 'number' | 'symbol'; value: string };

const tokenPattern =
  /\s+|(?<name>`[^`]+`|"[^"]+")|(?<text>'(?:[^']|'')*')|(?<number>-?\d+(?:\.\d+)?)(?![\w])|(?<word>[A-Za-z_]\w*)|(?<symbol><=|>=|<>|!=|=|<|>|\(|\)|,)/y;

const invalid = (text: string, why: string): AwsError =>
  new AwsError('InvalidInputException', `Unsupported expression '${text}': ${why}.`);

const tokenize = (text: string): Token[] => {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    const groups = tokenPattern.exec(text)?.groups;
    if (groups === undefined) throw invalid(text, `cannot read it from '${text.slice(at, at + 20)}' on`);
    const { name, text: literal, number, word, symbol } = groups;
    if (name !== undefined) tokens.push({ kind: 'name', value: name.slice(1, -1) });
    else if (literal !== undefined) {
      tokens.push({ kind: 'text', value: literal.slice(1, -1).replaceAll("''", "'") });
    } else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', value: symbol });
  }
  return tokens;
};

const comparisons: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const numeric = /^(tinyint|smallint|int|integer|bigint|long|float|double|decimal)/i;

/** Order of a partition's value and a literal, in the type of the key: text unless it is a number's. */
const compare = (key: Key, value: string, literal: string): number => {
  if (!numeric.test(key.Type)) return value < literal ? -1 : value > literal ? 1 : 0;
  if (/^(tinyint|smallint|int|integer|bigint|long)/i.test(key.Type) && /^-?\d+$/.test(value + literal)) {
    const difference = BigInt(value) - BigInt(literal);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  return Math.sign(Number(value) - Number(literal));
};

/**
 * The predicate of a GetPartitions expression over partition values, in the order of the keys: comparisons, IN,
 * BETWEEN, LIKE, IS [NOT] NULL, with AND, OR, NOT and parentheses. Anything else throws InvalidInputException.
 */
export const compileExpression = (text: string, keys: readonly Key[]): Predicate => {
  if (text.trim() === '') return () => true;
  return new Parser(text, keys).whole();
};

class Parser {
  readonly #text: string;
  readonly #keys: readonly Key[];
  readonly #tokens: Token[];
  #at = 0;

  constructor(text: string, keys: readonly Key[]) {
    this.#text = text;
    this.#keys = keys;
    this.#tokens = tokenize(text);
  }

  whole(): Predicate {
    const predicate = this.#alternatives();
    if (this.#at < this.#tokens.length) throw this.#unexpected('the end');
    return predicate;
  }

  #alternatives(): Predicate {
    const left = this.#conditions();
    if (!this.#takeWord('or')) return left;
    const right = this.#alternatives();
    return (values) => left(values) || right(values);
  }

  #conditions(): Predicate {
    const left = this.#condition();
    if (!this.#takeWord('and')) return left;
    const right = this.#conditions();
    return (values) => left(values) && right(values);
  }

  #condition(): Predicate {
    if (this.#takeWord('not')) return negate(this.#condition());
    if (this.#takeSymbol('(')) {
      const inner = this.#alternatives();
      this.#expect(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Predicate {
    const index = this.#column();
    const key = this.#keys[index];
    if (key === undefined) throw this.#unexpected('a partition key');
    const value = (values: readonly string[]): string => values[index] ?? '';
    if (this.#takeWord('is')) {
      const not = this.#takeWord('not');
      if (!this.#takeWord('null')) throw this.#unexpected('NULL');
      // Hive's name for the partition of a null; no other value is one.
      const isNull: Predicate = (values) => value(values) === '__HIVE_DEFAULT_PARTITION__';
      return not ? negate(isNull) : isNull;
    }
    const not = this.#takeWord('not');
    const test = this.#rangeOrList(key, value);
    if (test !== undefined) return not ? negate(test) : test;
    const operator = this.#tokens[this.#at]?.value ?? '';
    const holds = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
    if (holds === undefined || not) throw this.#unexpected('a comparison');
    this.#at += 1;
    const literal = this.#literal();
    return (values) => holds(compare(key, value(values), literal));
  }

  #rangeOrList(key: Key, value: (values: readonly string[]) => string): Predicate | undefined {
    if (this.#takeWord('in')) {
      this.#expect('(');
      const list = [this.#literal()];
      while (this.#takeSymbol(',')) list.push(this.#literal());
      this.#expect(')');
      return (values) => list.some((literal) => compare(key, value(values), literal) === 0);
    }
    if (this.#takeWord('between')) {
      const low = this.#literal();
      if (!this.#takeWord('and')) throw this.#unexpected('AND');
      const high = this.#literal();
      return (values) => compare(key, value(values), low) >= 0 && compare(key, value(values), high) <= 0;
    }
    if (this.#takeWord('like')) {
      const pattern = likePattern(this.#literal());
      return (values) => pattern.test(value(values));
    }
    return undefined;
  }

  #column(): number {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' && token?.kind !== 'name') throw this.#unexpected('a partition key');
    const index = this.#keys.findIndex((key) => key.Name.toLowerCase() === token.value.toLowerCase());
    if (index < 0) throw invalid(this.#text, `${token.value} is not a partition key`);
    this.#at += 1;
    return index;
  }

  #literal(): string {
    // `date '2026-11-01'` and `timestamp '…'`: the text is what partition values hold.
    if (this.#takeWord('date') || this.#takeWord('timestamp')) {
      if (this.#tokens[this.#at]?.kind !== 'text') throw this.#unexpected('a quoted date');
    }
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'text' && token?.kind !== 'number') throw this.#unexpected('a literal');
    this.#at += 1;
    return token.value;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.value.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #takeSymbol(symbol: string): boolean {
    if (this.#tokens[this.#at]?.kind !== 'symbol' || this.#tokens[this.#at]?.value !== symbol) return false;
    this.#at += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.#unexpected(symbol);
  }

  #unexpected(wanted: string): AwsError {
    return invalid(this.#text, `${wanted} expected at '${this.#tokens[this.#at]?.value ?? 'its end'}'`);
  }
}

const negate =
  (predicate: Predicate): Predicate =>
  (values) =>
    !predicate(values);

const likePattern = (like: string): RegExp => {
  const escaped = like.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 's');
};
