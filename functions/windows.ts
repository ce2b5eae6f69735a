import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { catalogColumns } from '../src/events/columnCatalog.ts';
import { knownEventTypes } from '../src/events/registry.ts';
import { knownWindows } from '../src/events/windows/registry.ts';
import { lakeStore } from '../src/lambda/environment.ts';
import { failureFields, logger, metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import { once } from '../src/once.ts';
import { consume } from '../src/sinks/consumer.ts';
import { recordsOf } from '../src/sinks/kinesisBatch.ts';
import { counterOf } from '../src/sinks/windows/counting.ts';
import { windowTotals } from '../src/sinks/windows/totals.ts';
import { callOf, windowEvent } from '../src/sinks/windows/windowEvent.ts';
import { type WindowsOutcome, windowsConsumer } from '../src/sinks/windows/windowsConsumer.ts';

const catalog = { columns: catalogColumns, eventTypes: [...knownEventTypes.values()] };
const counters = once(() => knownWindows.map((window) => counterOf(window, catalog)));

const report = ({ part, key, uncounted, error }: WindowsOutcome): void => {
  if (uncounted > 0) {
    logger().error('not counted', { uncounted, ...failureFields(error) });
    metrics().addMetric('EventsUncounted', MetricUnit.Count, uncounted);
  }
  if (part === undefined) return;
  logger().info('window', { key, events: part.events, rejected: part.rejected });
  metrics().addMetric('EventsInWindows', MetricUnit.Count, part.events);
  for (const { window, measure, total } of windowTotals(part, knownWindows, catalog)) {
    const metric = metrics().singleMetric();
    metric.addDimension('window', window);
    metric.addMetric(measure, MetricUnit.NoUnit, total);
  }
};

/**
 * Trigger: the event source mapping with tumbling windows, one batch of one window and shard. What cannot be counted is
 * data; a store that fails is thrown, and Lambda calls again with the same state. Leaves live/ objects.
 */
export const handler = step(
  windowEvent,
  async (event) => {
    const store = lakeStore();
    const consumer = windowsConsumer(callOf(event), { counters: counters(), catalog, store });
    const { outcome } = await consume(recordsOf(event), consumer, store);
    report(outcome);
    return { state: outcome.state };
  },
  () => undefined,
);
