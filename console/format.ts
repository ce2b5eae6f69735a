/** What a query costs: small, and never nothing. */
export const dollars = (usd: number): string => `$${usd < 0.01 ? usd.toFixed(5) : usd.toFixed(2)}`;
