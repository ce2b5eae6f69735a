/** How much of a machine a set of executions reached: states, transitions, choice rules, retriers, catchers. */
export class Coverage {
  readonly #hits = new Map<string, number>();

  constructor(points: Iterable<string>) {
    for (const point of points) this.#hits.set(point, 0);
  }

  reach(point: string): void {
    this.#hits.set(point, (this.#hits.get(point) ?? 0) + 1);
  }

  /** Everything that is counted, in the order of the definition: `Each/Do retry 0`, `Which default -> Idle`. */
  get points(): string[] {
    return [...this.#hits.keys()];
  }

  /** `missing` names the points that no run has reached. */
  report(): { points: number; reached: number; missing: string[] } {
    const missing = [...this.#hits].filter(([, count]) => count === 0).map(([point]) => point);
    return { points: this.#hits.size, reached: this.#hits.size - missing.length, missing };
  }
}
