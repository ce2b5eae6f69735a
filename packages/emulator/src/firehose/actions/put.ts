import { z } from 'zod';
import { AwsError } from '../../contracts.ts';
import { type Action, deliveryStreamNamed, parse } from '../core.ts';

const target = z.object({ DeliveryStreamName: z.string() });

/** Every delivery stream here has a Kinesis stream as its source, and of those AWS takes nothing directly. */
const refusePut: Action = (core, input) => {
  deliveryStreamNamed(core, parse(target, input).DeliveryStreamName);
  throw new AwsError(
    'InvalidArgumentException',
    'This operation is not permitted on KinesisStreamAsSource delivery stream type.',
  );
};

export const putActions: Readonly<Record<string, Action>> = {
  PutRecord: refusePut,
  PutRecordBatch: refusePut,
};
