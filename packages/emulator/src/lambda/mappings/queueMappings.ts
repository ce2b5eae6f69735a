import { z } from 'zod';
import type { FunctionInvoker, JsonObject, Timer } from '../../contracts.ts';
import type { TemplateResource } from '../../template/resolveTemplate.ts';
import { functionNameOf } from '../runtime.ts';
import { describeMapping } from './describe.ts';
import type { MappingStatus } from './progress.ts';
import { type Message, message, messagesDone, queueEvent } from './queueEvent.ts';

/** A mapping from an SQS queue to a function, with Lambda's defaults. */
export interface QueueMappingSpec {
  uuid: string;
  queueArn: string;
  functionName: string;
  enabled: boolean;
  batchSize: number;
  /** told, not kept: batches are delivered at once */
  windowSeconds: number;
  reportsItemFailures: boolean;
}

interface QueueMappingsOptions {
  /** A call of SQS, in the emulator's own name. */
  sqs(action: string, input: JsonObject): Promise<JsonObject>;
  /** URL of a queue by its ARN */
  urlOf(queueArn: string): string;
  invoker: FunctionInvoker;
  /** ARN of a function, by name or ARN */
  functionOf(name: string): { arn: string };
  timer: Timer;
  onError(error: unknown): void;
}

export interface QueueMappings {
  status(): MappingStatus[];
  describe(): JsonObject[];
  /** Resolves when no queue of an enabled mapping (of one function, where it is named) holds a message, waiting or in flight. */
  idle(signal?: AbortSignal, functionName?: string): Promise<void>;
  /** Stops polling; resolves when no call of a function is under way. */
  stop(): Promise<void>;
}

/** Templates say booleans as text, too. */
const flag = z.union([z.boolean(), z.stringbool()]);

const properties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: z.coerce
    .number()
    .int()
    .min(1)
    .max(10, 'batches of more than 10 messages are not emulated')
    .default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().min(0).max(300).default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z.undefined('filters are not emulated').optional(),
  TumblingWindowInSeconds: z.undefined('only streams have tumbling windows, queues have none').optional(),
});

export const isQueueMapping = ({ properties: { EventSourceArn } }: TemplateResource): boolean =>
  typeof EventSourceArn === 'string' && EventSourceArn.includes(':sqs:');

/** Throws an Error naming the mapping and the property the emulator cannot honor. */
export const queueMappingSpec = (resource: TemplateResource): QueueMappingSpec => {
  const parsed = properties.safeParse(resource.properties);
  if (!parsed.success)
    throw new Error(`${resource.logicalId} (${resource.type}): ${z.prettifyError(parsed.error)}`);
  const { EventSourceArn, FunctionName, Enabled, BatchSize, FunctionResponseTypes } = parsed.data;
  const windowSeconds = parsed.data.MaximumBatchingWindowInSeconds;
  return {
    ...{ uuid: resource.ref, queueArn: EventSourceArn, functionName: FunctionName, enabled: Enabled },
    ...{ batchSize: BatchSize, windowSeconds, reportsItemFailures: FunctionResponseTypes.length > 0 },
  };
};

/** How long an empty queue is left alone. A long poll would hold a message for somebody who has gone. */
const PAUSE_MS = 100;

/** After an error of the queue itself. */
const AFTER_ERROR_MS = 1_000;

const received = z.looseObject({ Messages: z.array(message).default([]) });

const counts = z.object({
  Attributes: z.object({
    ApproximateNumberOfMessages: z.coerce.number(),
    ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
    ApproximateNumberOfMessagesDelayed: z.coerce.number(),
  }),
});

/**
 * Polls each queue, one batch at a time. What the function takes is deleted. What it fails at comes back after the
 * queue's visibility timeout, and goes to the dead-letter queue in the end, if there is one: SQS does both.
 */
export const startQueueMappings = (
  specs: readonly QueueMappingSpec[],
  options: QueueMappingsOptions,
): QueueMappings => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const polled = specs.filter(({ enabled }) => enabled);
  const loops = polled.map((spec) => poll(spec, options, signal));
  const startedMs = options.timer.now();
  return {
    describe: () =>
      specs.map((spec) =>
        describeMapping(spec, spec.queueArn, {
          ...{ functionArn: options.functionOf(spec.functionName).arn, modifiedMs: startedMs },
        }),
      ),
    status: () =>
      specs.map(({ uuid, functionName, queueArn, enabled }) => ({
        ...{ uuid, functionName, streamArn: queueArn, enabled },
        ...{ idle: !enabled, shards: [] },
      })),
    async idle(given, name) {
      for (const spec of polled) {
        if (name !== undefined && functionNameOf(spec.functionName) !== name) continue;
        while (await holdsMessages(spec, options)) {
          signal.throwIfAborted();
          await options.timer.sleep(PAUSE_MS, given);
        }
      }
    },
    async stop() {
      stopping.abort(new Error('The emulator stops'));
      await Promise.all(loops);
    },
  };
};

const poll = async (
  spec: QueueMappingSpec,
  options: QueueMappingsOptions,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    const pauseMs = await deliverNext(spec, options).catch((error: unknown) => {
      if (!signal.aborted) options.onError(error);
      return AFTER_ERROR_MS;
    });
    // It ends with the sleep that stopping interrupts.
    if (pauseMs > 0) await options.timer.sleep(pauseMs, signal).catch(() => {});
  }
};

/** One batch from the queue through the function. Answers how long to wait for the next. */
const deliverNext = async (spec: QueueMappingSpec, options: QueueMappingsOptions): Promise<number> => {
  const QueueUrl = options.urlOf(spec.queueArn);
  const { Messages } = received.parse(
    await options.sqs('ReceiveMessage', {
      ...{ QueueUrl, MaxNumberOfMessages: spec.batchSize, WaitTimeSeconds: 0 },
      ...{ AttributeNames: ['All'], MessageAttributeNames: ['All'] },
    }),
  );
  if (Messages.length === 0) return PAUSE_MS;
  const done = await taken(spec, Messages, options.invoker);
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  if (Entries.length > 0) await options.sqs('DeleteMessageBatch', { QueueUrl, Entries });
  return done.length === 0 ? PAUSE_MS : 0;
};

const taken = async (
  { functionName, queueArn, reportsItemFailures }: QueueMappingSpec,
  messages: Message[],
  invoker: FunctionInvoker,
): Promise<Message[]> => {
  const { payload, functionError } = await invoker.invoke(functionName, queueEvent(messages, queueArn));
  if (functionError) return [];
  return reportsItemFailures ? messagesDone(payload, messages) : messages;
};

const holdsMessages = async (
  { queueArn }: QueueMappingSpec,
  { sqs, urlOf }: QueueMappingsOptions,
): Promise<boolean> => {
  const { Attributes } = counts.parse(
    await sqs('GetQueueAttributes', { QueueUrl: urlOf(queueArn), AttributeNames: ['All'] }),
  );
  return Object.values(Attributes).some((count) => count > 0);
};
