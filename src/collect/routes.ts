import type { KnownNames } from './eventNames.ts';
import { native } from './protocols/native.ts';
import { segment } from './protocols/segment.ts';
import { callTypes } from './protocols/segmentCalls.ts';
import type { Protocol } from './request.ts';

const segmentCalls = [...callTypes, 'batch'] as const;

/** Segment's libraries for browsers say only the first letter; those for Java send batches to `import`. */
const aliasesOf = (call: (typeof segmentCalls)[number]): string[] =>
  call === 'batch' ? [call, 'b', 'import'] : [call, call.charAt(0)];

/** Every way in, by method and path; the one route of functions/collect.yml takes them all. */
export const routes = (known: KnownNames): ReadonlyMap<string, Protocol> =>
  new Map([
    ['POST /v1/events', native],
    ...segmentCalls.flatMap((call) =>
      aliasesOf(call).map((path) => [`POST /v1/${path}`, segment(call, known)] as const),
    ),
  ]);
