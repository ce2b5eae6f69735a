export interface Rounds {
  /** rounds that are thrown away, while code is compiled and caches fill */
  warmUp: number;
  rounds: number;
}

/**
 * Runs every side once a round, in the order given: A B A B, never A A B B. So whatever slows the machine down for a
 * while slows all sides, and a round's ratio stays true. Returns what each side measured, a value a round.
 */
export const interleaved = async <Name extends string, Measured>(
  sides: Readonly<Record<Name, () => Promise<Measured>>>,
  { warmUp, rounds }: Rounds,
): Promise<Record<Name, Measured[]>> => {
  // Object.keys gives up the names' type; these are the keys of `sides` and no others.
  const names = Object.keys(sides) as Name[];
  const measured = new Map<Name, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const name of names) {
      const value = await sides[name]();
      if (round >= warmUp) measured.get(name)?.push(value);
    }
  }
  // As above: one entry a name.
  return Object.fromEntries(measured) as Record<Name, Measured[]>;
};

/** Each round's own ratio. */
export const ratios = (over: readonly number[], under: readonly number[]): number[] =>
  over.map((value, round) => value / (under[round] ?? Number.NaN));
