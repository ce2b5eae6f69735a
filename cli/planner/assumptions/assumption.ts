/** A number that neither the template nor the price list says. */
export interface Assumption {
  value: number;
  unit: string;
  what: string;
  /** a page of AWS's documentation by its title, a file or a measurement of ours, or `assumed:` with the reason */
  source: string;
}
