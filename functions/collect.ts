import { setTimeout as sleep } from 'node:timers/promises';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { v7 } from 'uuid';
import { problemAnswer } from '../src/door/answers.ts';
import { requestOf, responseOf } from '../src/door/httpApi.ts';
import { problem } from '../src/door/request.ts';
import { routes } from '../src/door/routes.ts';
import { clock, eventStream, writeKeys } from '../src/environment.ts';
import { knownEventTypes } from '../src/events/registry.ts';
import { logger, metrics } from '../src/log.ts';
import { accept } from '../src/steps/accepting.ts';
import { type Collected, collect } from '../src/steps/collecting.ts';

const notFound = problemAnswer(problem(404, 'not_found', 'There is no such path.'));
const protocols = routes(knownEventTypes);

const report = ({ answer, source, tally, problem: turnedAway, cause }: Collected, bytes: number): void => {
  const line = { status: answer.status, source, bytes, ...tally, problem: turnedAway };
  if (answer.status === 503) logger().warn('not taken', { ...line, ...(cause && { error: cause }) });
  else logger().info('done', line);
  metrics().addMetric('RequestBytes', MetricUnit.Bytes, bytes);
  if (tally === undefined) return;
  metrics().addMetric('EventsAccepted', MetricUnit.Count, tally.accepted);
  metrics().addMetric('EventsRefused', MetricUnit.Count, tally.refused);
  metrics().addMetric('EventsThrottled', MetricUnit.Count, tally.throttled);
};

/**
 * The door: every POST /v1/… of the HTTP API. What a sender got wrong is an answer (4xx) or a refused event on its way
 * to quarantine; a stream or key table that is busy is a 503 with Retry-After; anything else throws, which the API
 * answers with 500. Leaves records in the stream. Nothing that was sent is logged or repeated in an answer.
 *
 * No tracer: the function's time goes into two calls that Lambda's own trace and the metrics of their services show,
 * and the X-Ray SDK would add 10–15 ms to every cold start, while a sender waits. The steps behind it are traced.
 */
export const handler = middy(async (event: unknown): Promise<APIGatewayProxyStructuredResultV2> => {
  const { request, routeKey, requestId } = requestOf(event);
  logger().appendKeys({ route: routeKey, request: requestId });
  const protocol = protocols.get(routeKey);
  if (protocol === undefined) return responseOf(notFound);
  const collected = await collect(request, protocol, {
    keys: writeKeys(),
    accept: (lines) => accept(lines, { stream: eventStream(), now: Date.now, sleep, random: Math.random }),
    clock,
    newId: v7,
  });
  report(collected, request.body.length);
  return responseOf(collected.answer);
})
  .use(injectLambdaContext(logger(), { resetKeys: true }))
  .use(logMetrics(metrics(), { captureColdStartMetric: true }));
