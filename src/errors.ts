/**
 * Error names are an interface: state machines match them in Retry and Catch, so each is a literal that no
 * minifier can change. A test holds every `ErrorEquals` of statemachines/ against this list or AWS's own.
 *
 * The name of the class of an error says what may be done about it:
 *   Throttled      a service asked us to slow down: retry, for long
 *   Transient      a service failed for the moment: retry, briefly
 *   Conflict       somebody else holds or changed what we need: retry after a while, or plan again
 * Every other name is deterministic: the same call would fail the same way, so it is never retried.
 */
export const errorNames = [
  'Throttled',
  'Transient',
  'Conflict',
  'InvalidInput',
  'UnknownMart',
  'RangeTooLarge',
  'RawObjectDamaged',
  'PartitionTooLarge',
  'BalanceBroken',
  'NothingBuilt',
  'ScanBudgetExceeded',
  'CheckFailed',
  'CrawlFailed',
  'CrawlTimedOut',
  'PartitionsFailed',
  'ChunksFailed',
  'ConfigurationInvalid',
] as const;

export type ErrorName = (typeof errorNames)[number];

/** The one error class of Headrace. `message` says what happened, where, and what to do next. */
export class HeadraceError extends Error {
  override readonly name: ErrorName;

  constructor(name: ErrorName, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
  }
}
