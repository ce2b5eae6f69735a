import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CharStreams, CommonTokenStream, ParserRuleContext, PredictionMode } from 'antlr4ng';
import type { TrinoSqlLexer } from 'dt-sql-parser/dist/lib/trino/TrinoSqlLexer.js';
import type * as Contexts from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
import { notSupported, type Position, TrinoError } from '../trinoError.ts';

type Grammar = typeof Contexts & {
  TrinoSqlLexer: typeof TrinoSqlLexer;
  CharStreams: typeof CharStreams;
  CommonTokenStream: typeof CommonTokenStream;
  PredictionMode: typeof PredictionMode;
};

const entry = `
export * from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
export { TrinoSqlLexer } from 'dt-sql-parser/dist/lib/trino/TrinoSqlLexer.js';
export { CharStreams, CommonTokenStream, PredictionMode } from 'antlr4ng';`;

/**
 * dt-sql-parser ships ES modules whose imports lack file extensions, which Node refuses. So the grammar is bundled
 * once per version into node_modules/.cache (0.4 s) and loaded from there.
 */
const loadGrammar = async (): Promise<Grammar> => {
  const require = createRequire(import.meta.url);
  const home = dirname(dirname(require.resolve('dt-sql-parser')));
  const { version }: { version: string } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const bundle = join(dirname(home), '.cache', 'headrace', `trino-grammar-${version}-2.mjs`);
  if (!existsSync(bundle)) {
    const esbuild = await import('esbuild');
    const unfinished = `${bundle}.${randomUUID()}`;
    mkdirSync(dirname(bundle), { recursive: true });
    esbuild.buildSync({
      stdin: { contents: entry, resolveDir: home },
      outfile: unfinished,
      bundle: true,
      format: 'esm',
      platform: 'node',
      keepNames: true,
    });
    renameSync(unfinished, bundle); // whole or not at all: test workers load it at the same time
  }
  return import(pathToFileURL(bundle).href);
};

/** The parse-tree classes of Trino's own grammar. */
export const T = await loadGrammar();

export type Node = ParserRuleContext;

/** Where a node begins in the statement. */
export const positionOf = (node: Node): Position => ({
  line: node.start?.line ?? 1,
  column: (node.start?.column ?? 0) + 1,
});

/** Antlr's wording → Trino's: its errors say "mismatched input" and name what would have been right. */
const wording = (message: string): string =>
  message
    .replace(/^no viable alternative at input '(?:.*\s)?(\S+)'$/s, "mismatched input '$1'")
    .replace(/ expecting \{?(.*?)\}?$/s, '. Expecting: $1');

const parserOf = (sql: string, mode: number) => {
  const lexer = new T.TrinoSqlLexer(T.CharStreams.fromString(sql));
  lexer.removeErrorListeners();
  const parser = new T.TrinoSqlParser(new T.CommonTokenStream(lexer));
  parser.removeErrorListeners();
  parser.interpreter.predictionMode = mode;
  parser.addErrorListener({
    syntaxError: (_recognizer, _symbol, line, column, message) => {
      throw new TrinoError('SYNTAX_ERROR', wording(message), { line, column: column + 1 });
    },
    reportAmbiguity: () => undefined,
    reportAttemptingFullContext: () => undefined,
    reportContextSensitivity: () => undefined,
  });
  return parser;
};

type Rule<N> = (parser: InstanceType<Grammar['TrinoSqlParser']>) => N;

const parseWith = <N extends Node>(sql: string, rule: Rule<N>, mode: number): N => {
  const parser = parserOf(sql, mode);
  const tree = rule(parser);
  const rest = parser.getCurrentToken();
  if (rest.type !== -1) {
    const at = { line: rest.line, column: rest.column + 1 };
    throw new TrinoError('SYNTAX_ERROR', `mismatched input '${rest.text}'. Expecting: <EOF>`, at);
  }
  return tree;
};

/** Fast first; only what fails so is read again with full look-ahead, as Trino itself does. */
const parseAll = <N extends Node>(sql: string, rule: Rule<N>): N => {
  try {
    return parseWith(sql, rule, T.PredictionMode.SLL);
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
    return parseWith(sql, rule, T.PredictionMode.LL);
  }
};

/** The parse tree of one statement, by Trino's own grammar. Throws TrinoError SYNTAX_ERROR as Trino words it. */
export const parseStatement = (sql: string) =>
  parseAll(sql, (parser) => parser.singleStatement().statement());

export const parseExpression = (sql: string) =>
  parseAll(sql, (parser) => parser.standaloneExpression().expression());

/** The statement's own text between two nodes, comments and spaces as written. */
export const sourceText = (node: Node): string =>
  node.start?.inputStream?.getText(node.start.start, node.stop?.stop ?? node.start.stop) ?? node.getText();

/** The parse tree of a statement that is a query. Throws TrinoError SYNTAX_ERROR, or NOT_SUPPORTED for another one. */
export const parseQuery = (sql: string) => {
  const statement = parseStatement(sql);
  if (!(statement instanceof T.StatementDefaultContext))
    throw notSupported('a statement that is not a query');
  return statement.rootQuery().query();
};
