/**
 * Resource types that the template may declare and that do nothing on the emulator, each with its reason.
 * docs/differences.md lists them for readers; a test holds the two lists together.
 */
export const withoutEffect: Readonly<Record<string, string>> = {
  'AWS::Lambda::Permission': 'any service may call a function; only roles are held to their policies',
  'AWS::SNS::TopicPolicy': 'any service may publish; only roles are held to their policies',
  'AWS::SQS::QueuePolicy': 'any service may send; only roles are held to their policies',
  'AWS::Lambda::Version': 'only $LATEST runs',
  'AWS::Logs::LogStream': 'a log group has one file',
  'AWS::Logs::MetricFilter': 'metrics are read from lines in the embedded metric format only',
  'AWS::Logs::ResourcePolicy': 'any service may write its log; only roles are held to their policies',
  'AWS::CloudWatch::CompositeAlarm': 'only metric alarms are evaluated',
  'AWS::CloudWatch::Dashboard': 'it is drawn by the console of AWS; a test checks its metrics and layout',
  'AWS::KMS::Key': 'nothing is encrypted on disk',
  'AWS::KMS::Alias': 'nothing is encrypted on disk',
  'AWS::RDS::DBInstance': 'a cluster has one PostgreSQL, however many instances it has',
  'AWS::RDS::DBSubnetGroup': 'databases are reached on the loopback address',
  'AWS::EC2::SecurityGroup': 'everything on this machine reaches everything else',
  'AWS::EC2::SecurityGroupIngress': 'everything on this machine reaches everything else',
  'AWS::EC2::SecurityGroupEgress': 'everything on this machine reaches everything else',
  'AWS::Budgets::Budget': 'nothing costs anything here',
};
