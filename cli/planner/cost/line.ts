/** A line of one service's bill: `quantity` in `unit` of a month, at `price` for one. */
export type Line = [what: string, quantity: number, unit: string, price: number];

export const GB = 1_000_000_000;
