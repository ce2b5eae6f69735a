import type { KnownNames } from './eventNames.ts';
import { native } from './native.ts';
import type { Protocol } from './request.ts';
import { segment } from './segment.ts';
import { callTypes } from './segmentCalls.ts';

/** Every way in, by API Gateway's route key; functions/collect.yml lists the same. */
export const routes = (known: KnownNames): ReadonlyMap<string, Protocol> =>
  new Map([
    ['POST /v1/events', native],
    ...[...callTypes, 'batch' as const].map((call) => [`POST /v1/${call}`, segment(call, known)] as const),
  ]);
