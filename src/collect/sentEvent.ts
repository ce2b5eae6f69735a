import type { RejectionReason } from '../events/envelope.ts';

/** One event as it was sent. `text` is made only when asked for: when the event is rejected. */
export interface SentEvent {
  /** known to be no event, whatever its value */
  flaw?: { reason: RejectionReason; detail: string };
  value: unknown;
  /** known to have no lone surrogate, so that nobody has to look for one */
  wellFormed: boolean;
  text: () => string;
}
