/** Params that are on or off. */
export type Switch = 'on' | 'off';

/** YAML reads a plain `on` as text or as true, depending on who reads it. */
export const switchOf = (param: string, given: unknown): Switch => {
  if (given === 'on' || given === true) return 'on';
  if (given === 'off' || given === false) return 'off';
  throw new Error(`${param}: "${String(given)}" is neither on nor off. Write 'on' or 'off', in quotes.`);
};
