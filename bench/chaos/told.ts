/** What the clients sent and what the collector told them of it, id by id. */
export class Told {
  /** every id that was ever in a request, valid or broken */
  readonly sent = new Set<string>();
  /** said to be taken */
  readonly acknowledged = new Set<string>();
  /** said to be rejected, or broken in a batch of which Segment's protocol only says that it was taken */
  readonly refused = new Set<string>();
  requests = 0;
  tries = 0;
}
