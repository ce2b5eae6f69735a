/** The value of an expression for one period; undefined: there is none, because a metric has none. */
export type Expression = (lookUp: (id: string) => number | undefined) => number | undefined;

/** Thrown for what the emulator cannot compute. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|>=|<=|==|!=|&&|\|\||[-+*/(),<>])/y;

const tokensOf = (text: string): string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    tokens.push(found[1] ?? '');
    end = TOKEN.lastIndex;
  }
  if (text.slice(end).trim() !== '')
    throw new ExpressionError(`"${text.slice(end).trim()}" is not understood`);
  return tokens;
};

type Binary = (a: number, b: number) => number;

/** Loosest first. A comparison is 1 or 0; a division by zero has no value. */
const levels: readonly Readonly<Record<string, Binary>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0), '&&': (a, b) => Number(a !== 0 && b !== 0) },
  {
    '>': (a, b) => Number(a > b),
    '<': (a, b) => Number(a < b),
    '>=': (a, b) => Number(a >= b),
    '<=': (a, b) => Number(a <= b),
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
];

const functions: Readonly<Record<string, { takes: number; make(args: readonly Expression[]): Expression }>> =
  {
    /** IF(condition, then, else) */
    IF: {
      takes: 3,
      make:
        ([condition, yes, no]) =>
        (lookUp) => {
          const asked = condition?.(lookUp);
          return asked === undefined ? undefined : (asked !== 0 ? yes : no)?.(lookUp);
        },
    },
    /** FILL(metric, number) */
    FILL: {
      takes: 2,
      make:
        ([metric, value]) =>
        (lookUp) =>
          metric?.(lookUp) ?? value?.(lookUp),
    },
  };

/** Reads tokens from left to right; each method takes what it understands. */
class Parser {
  readonly ids = new Set<string>();
  readonly #tokens: string[];

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  whole(): Expression {
    const expression = this.#binary(0);
    if (this.#tokens.length > 0)
      throw new ExpressionError(`"${this.#tokens.join(' ')}" is one thing too many`);
    return expression;
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#single();
    let left = this.#binary(level + 1);
    for (
      let operator = operators[this.#tokens[0] ?? ''];
      operator;
      operator = operators[this.#tokens[0] ?? '']
    ) {
      this.#tokens.shift();
      left = combined(operator, left, this.#binary(level + 1));
    }
    return left;
  }

  #single(): Expression {
    const token = this.#tokens.shift() ?? '';
    if (token === '-')
      return combined(
        (a, b) => a - b,
        () => 0,
        this.#single(),
      );
    if (token === '(') {
      const inner = this.#binary(0);
      this.#take(')');
      return inner;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (this.#tokens[0] === '(') return this.#call(token);
    // CloudWatch's rule: ids begin with a lower-case letter, functions are in capitals.
    if (!/^[a-z]\w*$/.test(token)) throw new ExpressionError(`"${token}" is neither a number nor an id`);
    this.ids.add(token);
    return (lookUp) => lookUp(token);
  }

  #call(name: string): Expression {
    const known = functions[name];
    if (known === undefined)
      throw new ExpressionError(`${name} is not emulated; emulated are ${Object.keys(functions).join(', ')}`);
    this.#take('(');
    const args = [this.#binary(0)];
    while (this.#tokens[0] === ',') {
      this.#tokens.shift();
      args.push(this.#binary(0));
    }
    this.#take(')');
    if (args.length !== known.takes) throw new ExpressionError(`${name} takes ${known.takes} arguments`);
    return known.make(args);
  }

  #take(expected: string): void {
    const token = this.#tokens.shift();
    if (token !== expected)
      throw new ExpressionError(`expected "${expected}", found "${token ?? 'the end'}"`);
  }
}

const combined =
  (operator: Binary, left: Expression, right: Expression): Expression =>
  (lookUp) => {
    const [a, b] = [left(lookUp), right(lookUp)];
    const value = a === undefined || b === undefined ? undefined : operator(a, b);
    return value === undefined || !Number.isFinite(value) ? undefined : value;
  };

/** Metric math as far as the template uses it: arithmetic, comparisons, IF, FILL. Throws ExpressionError. */
export const parseExpression = (text: string): { evaluate: Expression; ids: string[] } => {
  const parser = new Parser(text);
  const evaluate = parser.whole();
  return { evaluate, ids: [...parser.ids] };
};
