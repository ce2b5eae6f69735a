import type { JsonObject } from '../../contracts.ts';
import { call, found, objectOf, type Provisioner } from './ports.ts';

const DEFAULT_RETENTION_HOURS = 24;

export const provisionStream: Provisioner = async ({ name, properties }, { kinesis }) => {
  const describe = (): Promise<JsonObject> => call(kinesis, 'DescribeStreamSummary', { StreamName: name });
  const onDemand = objectOf(properties.StreamModeDetails).StreamMode === 'ON_DEMAND';
  if (!(await found(describe, ['ResourceNotFoundException']))) {
    await call(kinesis, 'CreateStream', {
      StreamName: name,
      StreamModeDetails: { StreamMode: onDemand ? 'ON_DEMAND' : 'PROVISIONED' },
      ...(onDemand ? {} : { ShardCount: Number(properties.ShardCount ?? 1) }),
    });
  }
  const has = Number(objectOf((await describe()).StreamDescriptionSummary).RetentionPeriodHours);
  const wanted = Number(properties.RetentionPeriodHours ?? DEFAULT_RETENTION_HOURS);
  if (has === wanted) return;
  const action = wanted > has ? 'IncreaseStreamRetentionPeriod' : 'DecreaseStreamRetentionPeriod';
  await call(kinesis, action, { StreamName: name, RetentionPeriodHours: wanted });
};
