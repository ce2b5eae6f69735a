import { once } from '../../once.ts';
import * as z from '../../schema.ts';
import { type KinesisBatch, kinesisBatch } from '../kinesisBatch.ts';
import type { WindowCall } from './windowsConsumer.ts';

const ofWindow = once(() =>
  z.object({
    window: z.object({ start: z.string() }),
    state: z.unknown(),
    shardId: z.string(),
    isFinalInvokeForWindow: z.boolean(),
    isWindowTerminatedEarly: z.boolean(),
  }),
);

type WindowEvent = KinesisBatch & z.infer<ReturnType<typeof ofWindow>>;

/** What a mapping with tumbling windows sends: a batch, and what window it is of. Not copied: see `kinesisBatch`. */
export const windowEvent = z.custom<WindowEvent>().check(({ value, issues }) => {
  for (const schema of [kinesisBatch, ofWindow()])
    for (const { path, message } of schema.safeParse(value).error?.issues ?? [])
      issues.push({ code: 'custom', path: [...path], message, input: value });
});

export const callOf = (event: WindowEvent): WindowCall => ({
  windowStart: new Date(event.window.start),
  shard: event.shardId,
  state: event.state,
  isFinal: event.isFinalInvokeForWindow,
  isTerminatedEarly: event.isWindowTerminatedEarly,
});
