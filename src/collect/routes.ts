import type { KnownNames } from './eventNames.ts';
import { native } from './protocols/native.ts';
import { segment } from './protocols/segment.ts';
import { callTypes } from './protocols/segmentCalls.ts';
import type { Protocol } from './request.ts';

/** Every way in, by API Gateway's route key; functions/collect.yml lists the same. */
export const routes = (known: KnownNames): ReadonlyMap<string, Protocol> =>
  new Map([
    ['POST /v1/events', native],
    ...[...callTypes, 'batch' as const].map((call) => [`POST /v1/${call}`, segment(call, known)] as const),
  ]);
