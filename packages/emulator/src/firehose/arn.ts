import { arn } from '../iam/arns.ts';

export const deliveryStreamArn = (name: string): string => arn('firehose', `deliverystream/${name}`);
