const MOST = 1000;

/** `make`, asked once for each text: a query asks for the same few, row after row. */
export const remembered = <T extends NonNullable<unknown>>(
  make: (text: string) => T,
): ((text: string) => T) => {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= MOST) known.clear();
    known.set(text, made);
    return made;
  };
};
