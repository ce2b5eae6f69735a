/** What a function gets and gives; a NULL argument gives NULL without a call. */
export type Value = string | bigint | number | boolean | Uint8Array | null;

export interface UserFunction {
  name: string;
  parameters: readonly ('VARCHAR' | 'DOUBLE' | 'FLOAT' | 'BIGINT' | 'BLOB')[];
  result: 'VARCHAR' | 'BIGINT' | 'BOOLEAN' | 'DOUBLE' | 'BLOB';
  body(...args: Value[]): Value;
}

/** Fails the query with an error of Trino's, `NAME: detail`; failure.ts finds it in DuckDB's message. */
export const refuse = (message: string): never => {
  throw new Error(`trino:${message}`);
};

// DuckDB hands over what `parameters` say; these tell TypeScript so.
export const string = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
export const number = (value: Value | undefined): number => Number(value ?? 0);
export const bytes = (value: Value | undefined): Uint8Array =>
  value instanceof Uint8Array ? value : new Uint8Array();

/** A function of so many texts, and of nothing else. */
export const ofTexts = (
  name: string,
  count: number,
  result: UserFunction['result'],
  body: (...texts: string[]) => Value,
): UserFunction => ({
  name,
  parameters: Array.from({ length: count }, () => 'VARCHAR'),
  result,
  body: (...args) => body(...args.map(string)),
});
