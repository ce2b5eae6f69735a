/**
 * A failure that the person at the terminal can act on: what happened (and where), and what to do next.
 * Anything else that is thrown is a bug or a broken service, and is shown with its own message.
 */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly next: string | undefined;

  constructor(message: string, next?: string, options?: { cause?: unknown }) {
    super(message, options);
    this.next = next;
  }
}

/** The message of whatever was thrown; what fetch and an aborted wait hide in their cause is told instead. */
export const messageOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  const hidden = thrown.name === 'AbortError' || thrown.message === 'fetch failed' || thrown.message === '';
  if (hidden && thrown.cause instanceof Error) return messageOf(thrown.cause);
  const code = 'code' in thrown ? String(thrown.code) : thrown.name;
  return thrown.message || code;
};

const NO_ACCESS =
  /^(Region is missing|Could not load credentials)|CredentialsProviderError|ExpiredToken|UnrecognizedClient/;

/** What to do next, if we know. */
export const nextStepAfter = (thrown: unknown): string | undefined => {
  if (thrown instanceof CliError) return thrown.next;
  if (thrown instanceof Error && (NO_ACCESS.test(thrown.message) || NO_ACCESS.test(thrown.name)))
    return 'A deployed stage is reached with your own AWS credentials and region: set AWS_PROFILE or the like, and AWS_REGION.';
  return undefined;
};
