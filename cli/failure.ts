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

/** The message of whatever was thrown, with the code of a network error, which fetch hides in its cause. */
export const messageOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause instanceof Error ? ` (${thrown.cause.message || thrown.cause.name})` : '';
  return `${thrown.message || thrown.name}${cause}`;
};
