/**
 * Names for the arguments of lambdas, each another one, that stand in none of the pieces of SQL around. The same pieces
 * give the same names, so that an expression that is written twice (in SELECT and in GROUP BY) is the same SQL twice.
 */
export const namesBeside = (prefix: string, ...around: readonly string[]): (() => string) => {
  let next = 0;
  const fresh = (): string => {
    const name = `${prefix}${next}_`;
    next += 1;
    return around.some((sql) => sql.includes(name)) ? fresh() : name;
  };
  return fresh;
};
