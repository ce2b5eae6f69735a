/** One event as it was sent. `text` is made only when asked for: when the event is rejected. */
export interface SentEvent {
  value: unknown;
  /** known to have no lone surrogate, so that nobody has to look for one */
  wellFormed: boolean;
  text: () => string;
}
