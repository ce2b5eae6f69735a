import type { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { HeadraceError } from '../errors.ts';
import { once } from '../once.ts';
import * as z from '../schema.ts';
import { isSampled } from './config.ts';
import { failureFields, logger, metrics } from './log.ts';

/** Ids that every line of a step's log carries when its input has them. */
const ids = z.object({
  execution: z.optional(z.string()),
  partition: z.optional(z.string()),
  mart: z.optional(z.string()),
});

const parsed = <Schema extends z.ZodMiniType>(schema: Schema, event: unknown): z.infer<Schema> => {
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  // Cut: the cause of a failed state is shown whole in the console, and a batch of records has many faults at once.
  const faults = z.prettifyError(result.error).slice(0, 1_000);
  throw new HeadraceError('InvalidInput', `The input of this step does not have its shape:\n${faults}`);
};

const prepare = (log: Logger, event: unknown, context: Context): void => {
  const found = ids.safeParse(event);
  // A warm environment keeps the logger: the ids of the invocation before must not stand on these lines.
  log.resetKeys();
  log.appendKeys({ request: context.awsRequestId, ...(found.success ? found.data : {}) });
};

/** Loaded when it is first needed: it takes 30 ms and more of a cold start, and of most calls no trace is kept. */
const tracing = once(async () => (await import('./tracing.ts')).tracing());

/** A trace subsegment of the handler. Results stay out of it: they can carry what people sent. */
const traced = (): middy.MiddlewareObj<unknown> => {
  const ifSampled =
    (hook: 'before' | 'after' | 'onError') =>
    async (request: middy.Request<unknown>): Promise<void> => {
      if (isSampled()) await (await tracing())[hook]?.(request);
    };
  return { before: ifSampled('before'), after: ifSampled('after'), onError: ifSampled('onError') };
};

/**
 * A Lambda of the pipeline: its input parsed by `schema`, ids on every line of its log, a line when it is done and
 * one when it failed, metrics published, a trace subsegment. What `run` throws goes on as it is: state machines
 * match on its name. `line` picks what of a large result is logged; undefined: `run` has logged what there is to say.
 */
export const step = <Schema extends z.ZodMiniType, Result extends object>(
  schema: Schema,
  run: (input: z.infer<Schema>) => Promise<Result>,
  line: (result: Result) => object | undefined = (result) => result,
) => {
  const handler = async (event: unknown, context: Context): Promise<Result> => {
    const log = logger();
    prepare(log, event, context);
    const started = performance.now();
    const ms = () => Math.round(performance.now() - started);
    try {
      const result = await run(parsed(schema, event));
      const fields = line(result);
      if (fields !== undefined) log.info('done', { ...fields, ms: ms() });
      return result;
    } catch (error) {
      log.error('failed', { ...failureFields(error), ms: ms() });
      throw error;
    } finally {
      if (metrics().hasStoredMetrics()) metrics().publishStoredMetrics();
    }
  };
  return middy(handler).use(traced());
};
