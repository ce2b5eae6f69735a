/**
 * Resource types that the template may declare and that do nothing on the local stage, each with its reason.
 * docs/notEmulated.md lists them for readers; a test holds the two lists together.
 */
export const withoutEffect: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'permissions are not enforced; roles are read for their names',
  'AWS::IAM::Policy': 'permissions are not enforced',
  'AWS::IAM::ManagedPolicy': 'permissions are not enforced',
  'AWS::Lambda::Permission': 'permissions are not enforced',
  'AWS::S3::BucketPolicy': 'permissions are not enforced',
  'AWS::SNS::TopicPolicy': 'permissions are not enforced',
  'AWS::SQS::QueuePolicy': 'permissions are not enforced',
  'AWS::Lambda::Version': 'only $LATEST runs',
  'AWS::Lambda::EventInvokeConfig': 'asynchronous invocations are retried twice, as without it',
  'AWS::Logs::LogGroup': 'logs go to files: logs/<function>.log in the data folder',
  'AWS::Logs::MetricFilter': 'there is no CloudWatch; metrics are lines in the log files',
  'AWS::Logs::ResourcePolicy': 'permissions are not enforced',
  'AWS::CloudWatch::Alarm': 'there is no CloudWatch',
  'AWS::CloudWatch::CompositeAlarm': 'there is no CloudWatch',
  'AWS::CloudWatch::Dashboard': 'there is no CloudWatch',
  'AWS::Scheduler::ScheduleGroup': 'schedules have one namespace',
  'AWS::KMS::Key': 'nothing is encrypted on disk',
  'AWS::KMS::Alias': 'nothing is encrypted on disk',
  'AWS::Budgets::Budget': 'nothing costs',
};
