import { AwsError } from '../contracts.ts';

interface PageInput {
  NextToken?: string | undefined;
  MaxResults?: number | undefined;
}

/**
 * A page of a listing that is sorted and seldom changes between two pages: a token is the position in it. Throws AwsError
 * with the given code for another token.
 */
export const page = <T>(
  all: readonly T[],
  { NextToken, MaxResults }: PageInput,
  defaultSize: number,
  code: string,
): { items: T[]; NextToken: string | undefined } => {
  const start = NextToken === undefined || NextToken === '' ? 0 : Number(NextToken);
  if (!Number.isInteger(start) || start < 0) throw new AwsError(code, `Invalid NextToken ${NextToken}.`);
  const end = start + (MaxResults ?? defaultSize);
  return { items: all.slice(start, end), NextToken: end < all.length ? String(end) : undefined };
};

/**
 * A regular expression for the whole name, in which Hive's lone `*` means anything. Throws AwsError with the given code
 * for anything else.
 */
export const namePattern = (expression: string | undefined, code: string): RegExp => {
  if (expression === undefined || expression === '') return /^/;
  try {
    return new RegExp(`^(?:${expression.replace(/(?<![.\])])\*/g, '.*')})$`, 'i');
  } catch {
    throw new AwsError(code, `Invalid Expression ${expression}.`);
  }
};
