import { notSupported, TrinoError } from '../trinoError.ts';
import { type Node, positionOf, T } from './grammar.ts';

/** The value of a string literal as a statement writes it, quotes included: `'it''s'`. */
export const unquote = (written: string): string => written.slice(1, -1).replaceAll("''", "'");

const unicode = /\\(?:([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|(\\))/g;

/** The value of a string of the grammar: plain, or `U&'\D55C'`. */
export const stringValue = (string: Node): string => {
  if (string instanceof T.BasicStringLiteralContext) return unquote(string.getText());
  const written = string instanceof T.UnicodeStringLiteralContext ? string.UNICODE_STRING().getText() : '';
  if (!written || (string instanceof T.UnicodeStringLiteralContext && string.KW_UESCAPE()))
    throw notSupported('a U& string with an escape of its own', positionOf(string));
  return unquote(written.slice(2)).replace(unicode, (_all, four: string, six: string, backslash: string) =>
    backslash ? '\\' : String.fromCodePoint(Number.parseInt(four ?? six, 16)),
  );
};

/**
 * The name that an identifier writes, without its double quotes; its case is left as it is. Throws TrinoError
 * SYNTAX_ERROR for backquotes and for a name that starts with a digit.
 */
export const nameOf = (identifier: Node): string => {
  const written = identifier.getText();
  if (identifier instanceof T.QuotedIdentifierContext) return written.slice(1, -1).replaceAll('""', '"');
  if (identifier instanceof T.BackQuotedIdentifierContext) {
    const hint = 'backquoted identifiers are not supported; use double quotes to quote identifiers';
    throw new TrinoError('SYNTAX_ERROR', hint, positionOf(identifier));
  }
  if (identifier instanceof T.DigitIdentifierContext) {
    const hint = 'identifiers must not start with a digit; surround the identifier with double quotes';
    throw new TrinoError('SYNTAX_ERROR', hint, positionOf(identifier));
  }
  return written;
};

/** The parts of a qualified name, as written: `a."b c"` gives `['a', 'b c']`. */
export const nameParts = (node: Node): string[] =>
  node.getText() === '' ? [] : identifiersOf(node).map((identifier) => nameOf(identifier));

const identifiersOf = (node: Node): Node[] => {
  if (node instanceof T.IdentifierContext) return [node];
  return node.children?.flatMap((child) => ('ruleIndex' in child ? identifiersOf(child as Node) : [])) ?? []; // a rule's node
};

/** Every name that a statement has in a FROM clause, by its parts; names of WITH queries are among them. */
export const tableNames = (node: Node): string[][] => {
  if (node instanceof T.TableNameContext) return [nameParts(node.tableOrViewName())];
  return node.children?.flatMap((child) => ('ruleIndex' in child ? tableNames(child as Node) : [])) ?? []; // a rule's node
};
