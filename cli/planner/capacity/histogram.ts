/** Seconds, each with a weight: percentiles to a twentieth of a second below a minute, to a second above. */
export class Histogram {
  readonly #weights = new Map<number, number>();
  #total = 0;
  #max = 0;

  add(seconds: number, weight: number): void {
    if (weight <= 0) return;
    const bucket = seconds < 60 ? Math.round(seconds * 20) / 20 : Math.round(seconds);
    this.#weights.set(bucket, (this.#weights.get(bucket) ?? 0) + weight);
    this.#total += weight;
    this.#max = Math.max(this.#max, seconds);
  }

  /** 0 when nothing was added. */
  percentile(share: number): number {
    let sum = 0;
    for (const [bucket, weight] of [...this.#weights].sort(([a], [b]) => a - b)) {
      sum += weight;
      if (sum >= share * this.#total) return bucket;
    }
    return 0;
  }

  summary(): { p50: number; p95: number; max: number } {
    const max = Math.round(this.#max * 100) / 100;
    return { p50: this.percentile(0.5), p95: this.percentile(0.95), max };
  }
}
