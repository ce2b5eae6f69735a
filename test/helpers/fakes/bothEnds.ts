/** As the ledger's table gives keys of an index (`keysOfBothEnds`). */
export const bothEnds = <Key>(sorted: readonly Key[], limit: number): Key[] => {
  if (sorted.length <= limit) return [...sorted];
  const last = sorted.slice(sorted.length - Math.floor(limit / 2)).reverse();
  return [...new Set([...last, ...sorted])].slice(0, limit);
};
