import { athenaActions } from './athena/service.ts';
import { cloudformationActions } from './cloudformation/service.ts';
import { cloudwatchActions } from './cloudwatch/service.ts';
import { dynamodbActions } from './dynamodb/service.ts';
import { firehoseActions } from './firehose/service.ts';
import { glueActions } from './glue/service.ts';
import { kinesisActions } from './kinesis/service.ts';
import { lambdaPermissions } from './lambda/permissions.ts';
import { logsActions } from './logs/service.ts';
import { rdsActions } from './rds/service.ts';
import { s3Operations } from './s3/router.ts';
import { schedulerActions } from './scheduler/service.ts';
import { secretActions } from './secretsmanager/actions/secrets.ts';
import { sns } from './sns/service.ts';
import { sqs } from './sqs/service.ts';
import { statesActions } from './stepfunctions/service.ts';
import { sts } from './sts/service.ts';

/**
 * Every action that each service answers, by the service's folder. The README's table says the same; a test holds the
 * two together. S3 has no names of actions on the wire: there it is the method and what is meant.
 */
export const emulatedActions: Readonly<Record<string, readonly string[]>> = {
  athena: Object.keys(athenaActions),
  cloudformation: Object.keys(cloudformationActions),
  cloudwatch: Object.keys(cloudwatchActions),
  dynamodb: dynamodbActions,
  firehose: Object.keys(firehoseActions),
  glue: Object.keys(glueActions),
  kinesis: Object.keys(kinesisActions),
  lambda: Object.keys(lambdaPermissions),
  logs: Object.keys(logsActions),
  rds: Object.keys(rdsActions),
  s3: Object.keys(s3Operations),
  scheduler: Object.keys(schedulerActions),
  secretsmanager: Object.keys(secretActions),
  sns: sns.actions,
  sqs: sqs.actions,
  stepfunctions: Object.keys(statesActions),
  sts: sts.actions,
};
