/** A Map whose keys are at hand in their order, as those of S3 are: asked for by prefix, it looks at no other. */
export class SortedMap<Value> extends Map<string, Value> {
  readonly #sorted: string[] = [];

  /** Empty: Map's constructor would set entries before `#sorted` is there. */
  // biome-ignore lint/complexity/noUselessConstructor: without it Map's own takes entries
  constructor() {
    super();
  }

  override set(key: string, value: Value): this {
    if (!this.has(key)) this.#sorted.splice(this.#placeOf(key), 0, key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.#sorted.splice(this.#placeOf(key), 1);
    return super.delete(key);
  }

  override clear(): void {
    this.#sorted.length = 0;
    super.clear();
  }

  keysUnder(prefix = ''): string[] {
    const from = this.#placeOf(prefix);
    let to = from;
    while (this.#sorted[to]?.startsWith(prefix)) to += 1;
    return this.#sorted.slice(from, to);
  }

  /** Of the first key that is not before this one. */
  #placeOf(key: string): number {
    let from = 0;
    let to = this.#sorted.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#sorted[middle] ?? '') < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
