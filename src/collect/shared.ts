import { flawOf, isObject, type JsonObject } from '../json/parse.ts';
import { type Problem, problem } from './request.ts';

/** What a batch says once for all its events. */
export interface Shared {
  sentAt: unknown;
  context: JsonObject;
}

const noContext: JsonObject = {};

export const nothingShared: Shared = { sentAt: undefined, context: noContext };

/** The `context` and the time of sending of a batch's body. A context that no event could carry fails the request. */
export const sharedOf = (batch: JsonObject, sentAt: unknown): Shared | Problem => {
  const context = batch.context ?? noContext;
  if (!isObject(context) || flawOf(context) !== undefined) {
    return problem(
      400,
      'invalid_batch',
      'The context of the batch must be an object, not nested too deep and without lone surrogates.',
    );
  }
  return { sentAt, context };
};

/**
 * An event's own context over that of its batch. Left as it is when it is not an object: the event is rejected for it.
 */
export const withShared = (context: unknown, shared: Shared): unknown => {
  if (context === undefined || context === null) return shared.context;
  if (shared.context === noContext || !isObject(context)) return context;
  return { ...shared.context, ...context };
};
