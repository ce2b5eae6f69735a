import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { clock, lakeStore, partitionStates } from '../src/lambda/environment.ts';
import { failureFields, logger, metrics } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import { type Landing, landBatch, landingLine } from '../src/landing/landing.ts';
import { answerOf } from '../src/sinks/consumer.ts';
import { kinesisBatch, recordsOf, type StreamedRecord } from '../src/sinks/kinesisBatch.ts';

const report = (landing: Landing, records: readonly StreamedRecord[]): void => {
  const { batch, failures } = landing;
  for (const { what, error } of failures)
    logger().error('not landed', { batch, what, ...failureFields(error) });
  logger().info('landed', landingLine(landing, records));
  metrics().addMetric('RowsLanded', MetricUnit.Count, landing.rawRows);
  metrics().addMetric('LinesQuarantined', MetricUnit.Count, landing.quarantined);
  metrics().addMetric('RawObjects', MetricUnit.Count, landing.objects);
  if (failures.length > 0) metrics().addMetric('LandingFailures', MetricUnit.Count, failures.length);
};

/**
 * Trigger: the event source mapping of the stream, one batch of one shard. Bad lines are data and go to quarantine/;
 * a store or ledger that fails is answered with the record to repeat the batch from. Leaves raw/ and quarantine/
 * objects, and stale marks in the ledger.
 */
export const handler = step(
  kinesisBatch,
  async (event) => {
    const records = recordsOf(event);
    const landing = await landBatch(records, {
      store: lakeStore(),
      partitionStates: partitionStates(),
      clock,
    });
    report(landing, records);
    return answerOf(landing);
  },
  () => undefined,
);
