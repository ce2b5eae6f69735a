import { setTimeout as sleep } from 'node:timers/promises';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { v7 } from 'uuid';
import { accept } from '../src/collect/accepting.ts';
import { answering } from '../src/collect/answering.ts';
import type { Collected } from '../src/collect/collecting.ts';
import { requestOf, responseOf } from '../src/collect/httpApi.ts';
import type { CollectedLine } from '../src/collect/line.ts';
import { protecting } from '../src/collect/protecting.ts';
import { clientFamilies, router } from '../src/collect/routes.ts';
import { knownEventTypes } from '../src/events/registry.ts';
import { clock, eventStream, maxEventAgeMs, personalDataKey, writeKeys } from '../src/lambda/environment.ts';
import { failureFields, logger, metrics } from '../src/lambda/log.ts';
import { logRequest, requestMetrics } from '../src/lambda/requestLog.ts';
import type { EventStream } from '../src/ports/collect.ts';

const routeOf = router(clientFamilies(knownEventTypes));
const protection = protecting(personalDataKey);
const acceptInto = (stream: EventStream) => (lines: readonly CollectedLine[]) =>
  accept(lines, { stream, now: Date.now, sleep, random: Math.random });

const count = ({ answer, tally, problem: why }: Collected, strangers: number): void => {
  if (strangers > 0) metrics().addMetric('RequestsUnauthorized', MetricUnit.Count, strangers);
  if (answer.status === 401 || answer.status === 404) return;
  if (why === 'damaged_body') metrics().addMetric('RequestsDamaged', MetricUnit.Count, 1);
  if (tally === undefined) return;
  metrics().addMetric('EventsAccepted', MetricUnit.Count, tally.accepted);
  // A metric costs its bytes in the log of each request: none is written of what did not happen.
  if (tally.refused > 0) metrics().addMetric('EventsRefused', MetricUnit.Count, tally.refused);
  if (tally.throttled > 0) metrics().addMetric('EventsThrottled', MetricUnit.Count, tally.throttled);
  const contradicting = (tally.contradicting ?? []).reduce((sum, each) => sum + each.count, 0);
  if (contradicting > 0) metrics().addMetric('EventsContradicting', MetricUnit.Count, contradicting);
};

/**
 * The collector: every request to the HTTP API. What a sender got wrong is an answer (4xx) or a rejected event on its
 * way to quarantine; a stream or key table that is busy, or no key for personal data, is a 503 with Retry-After;
 * anything else throws, and the API answers 500. Leaves records in the stream. Logs and repeats nothing that was sent.
 *
 * No tracer: the X-Ray SDK would add 10–15 ms to every cold start, for two calls that their services' metrics show.
 */
export const handler = middy(async (event: unknown): Promise<APIGatewayProxyStructuredResultV2> => {
  // Of the ids only what finds the request again: docs/guides/tracing.md. A warm environment keeps the logger's keys.
  logger().resetKeys();
  const { request, routeKey, path, requestId, bytes } = requestOf(event);
  const found = routeOf(path);
  // Not the path itself: it may hold a write key.
  logger().appendKeys({ route: found?.route.at ?? routeKey, request: requestId });
  const collected = await answering(request, found, () => ({
    keys: writeKeys(),
    accept: acceptInto(eventStream()),
    ...{ clock, newId: v7, protection, maxEventAgeMs: maxEventAgeMs() },
  }));
  count(collected, logRequest(collected, bytes, clock.now().getTime()));
  return responseOf(collected.answer);
})
  .onError(({ error }) => logger().error('failed', failureFields(error)))
  .use(requestMetrics());
