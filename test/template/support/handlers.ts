import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What CloudFormation's handlers call, by type, as its own resource schemas say: scripts/handlerActions.py. */
export const handlerActions = z
  .record(z.string(), z.array(z.string()))
  .parse(JSON.parse(readFileSync('scripts/handlerActions.json', 'utf8')));

/** Types without handlers in the schemas: CloudFormation makes them in its old way, which names no actions. */
export const oldTypes: Record<string, string[]> = {
  'AWS::Budgets::Budget': ['budgets:ModifyBudget', 'budgets:ViewBudget'],
  'AWS::Glue::Table': ['glue:CreateTable', 'glue:UpdateTable', 'glue:DeleteTable', 'glue:GetTable'],
};

/**
 * What a handler calls for a property alone that our resources of the type do not have. `-` stands for calls that are
 * left out although they could come: each says why.
 */
export const notNeeded: Record<string, Record<string, string[]>> = {
  'AWS::Athena::WorkGroup': {
    // Of a workgroup for Spark, and where Athena itself keeps results.
    'WorkGroupConfiguration.ExecutionRole': ['iam:CreateServiceLinkedRole', 's3:AbortMultipartUpload'],
    'WorkGroupConfiguration.ManagedQueryResultsConfiguration': [
      ...['s3:GetObject', 's3:ListBucketMultipartUploads', 's3:ListMultipartUploadParts', 's3:PutObject'],
      ...['kms:Decrypt', 'kms:GenerateDataKey'],
    ],
  },
  'AWS::DynamoDB::Table': {
    ContributorInsightsSpecification: ['dynamodb:UpdateContributorInsights', 'iam:CreateServiceLinkedRole'],
    ImportSourceSpecification: [
      ...['dynamodb:DescribeImport', 'dynamodb:ImportTable', 's3:GetObject', 'logs:CreateLogGroup'],
      ...['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents', 'logs:PutRetentionPolicy'],
    ],
    KinesisStreamSpecification: [
      ...['Disable', 'Enable', 'Update'].map((verb) => `dynamodb:${verb}KinesisStreamingDestination`),
      ...['kinesis:DescribeStream', 'kinesis:PutRecords'],
    ],
    ResourcePolicy: ['dynamodb:DeleteResourcePolicy', 'dynamodb:PutResourcePolicy'],
    ReplicaSpecification: [
      ...['AssociateTableReplica', 'BatchWriteItem', 'CreateTableReplica', 'DeleteItem', 'GetItem'],
      ...['PutItem', 'Query', 'Scan', 'UpdateItem'],
    ].map((name) => `dynamodb:${name}`),
    'SSESpecification.KMSMasterKeyId': [
      ...['CreateGrant', 'Decrypt', 'DescribeKey', 'Encrypt', 'RevokeGrant'].map((name) => `kms:${name}`),
    ],
  },
  'AWS::Glue::Database': {
    'DatabaseInput.FederatedDatabase': ['Create', 'Delete', 'Get', 'Pass', 'Update'].map(
      (verb) => `glue:${verb}Connection`,
    ),
  },
  'AWS::IAM::Policy': {
    Groups: ['Delete', 'Get', 'Put'].map((verb) => `iam:${verb}GroupPolicy`),
    Users: ['Delete', 'Get', 'Put'].map((verb) => `iam:${verb}UserPolicy`),
  },
  'AWS::IAM::Role': {
    ManagedPolicyArns: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    // It would take off what bounds the role: an administrator does that.
    '-': ['iam:DeleteRolePermissionsBoundary'],
  },
  'AWS::KMS::Key': { Enabled: ['kms:DisableKey', 'kms:EnableKey'] },
  'AWS::Kinesis::Stream': {
    DesiredShardLevelMetrics: ['kinesis:DisableEnhancedMonitoring', 'kinesis:EnableEnhancedMonitoring'],
    MaxRecordSizeInKiB: ['kinesis:UpdateMaxRecordSize'],
    WarmThroughputMiBps: ['kinesis:UpdateStreamWarmThroughput'],
  },
  'AWS::KinesisFirehose::DeliveryStream': {
    DeliveryStreamEncryptionConfigurationInput: [
      ...['firehose:StartDeliveryStreamEncryption', 'firehose:StopDeliveryStreamEncryption'],
      ...['kms:CreateGrant', 'kms:DescribeKey', 'kms:RevokeGrant'],
    ],
  },
  'AWS::Lambda::EventSourceMapping': {
    KmsKeyArn: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
  },
  'AWS::Lambda::Function': {
    CapacityProviderConfig: ['lambda:PassCapacityProvider'],
    CodeSigningConfigArn: [
      ...['DeleteFunction', 'Get', 'PutFunction'].map((verb) => `lambda:${verb}CodeSigningConfig`),
    ],
    FileSystemConfigs: ['elasticfilesystem:DescribeMountTargets', 's3files:ListMountTargets'],
    FunctionScalingConfig: ['lambda:PutFunctionScalingConfig'],
    KmsKeyArn: ['CreateGrant', 'Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey'].map(
      (name) => `kms:${name}`,
    ),
    Layers: ['lambda:GetLayerVersion'],
    PublishToLatestPublished: ['lambda:PublishVersion'],
    RecursiveLoop: ['lambda:PutFunctionRecursionConfig'],
    RuntimeManagementConfig: ['lambda:PutRuntimeManagementConfig'],
    'Code.S3ObjectVersion': ['s3:GetObjectVersion'],
  },
  'AWS::Logs::LogGroup': {
    BearerTokenAuthenticationEnabled: ['logs:PutBearerTokenAuthentication'],
    DataProtectionPolicy: [
      ...['firehose:TagDeliveryStream', 'logs:CreateLogDelivery'],
      ...['logs:DeleteDataProtectionPolicy', 'logs:PutDataProtectionPolicy'],
    ],
    DeletionProtectionEnabled: ['logs:PutLogGroupDeletionProtection'],
    FieldIndexPolicies: ['logs:DeleteIndexPolicy', 'logs:PutIndexPolicy'],
    KmsKeyId: ['logs:AssociateKmsKey', 'logs:DisassociateKmsKey'],
    ResourcePolicyDocument: ['logs:DeleteResourcePolicy', 'logs:PutResourcePolicy'],
  },
  'AWS::RDS::DBCluster': {
    AssociatedRoles: ['rds:AddRoleToDBCluster', 'rds:RemoveRoleFromDBCluster'],
    EnableHttpEndpoint: ['rds:DisableHttpEndpoint', 'rds:EnableHttpEndpoint'],
    GlobalClusterIdentifier: ['rds:RemoveFromGlobalCluster'],
    SnapshotIdentifier: ['rds:RestoreDBClusterFromSnapshot'],
    SourceDBClusterIdentifier: ['rds:RestoreDBClusterToPointInTime'],
  },
  'AWS::RDS::DBInstance': {
    AssociatedRoles: ['rds:AddRoleToDBInstance', 'rds:RemoveRoleFromDBInstance'],
    AutomaticBackupReplicationRegion: ['Start', 'Stop'].map(
      (verb) => `rds:${verb}DBInstanceAutomatedBackupsReplication`,
    ),
    DBSnapshotIdentifier: ['rds:RestoreDBInstanceFromDBSnapshot'],
    MonitoringRoleArn: ['iam:ListRoles'],
    SourceDBInstanceAutomatedBackupsArn: ['rds:RestoreDBInstanceToPointInTime'],
    SourceDBInstanceIdentifier: ['rds:CreateDBInstanceReadReplica', 'rds:PromoteReadReplica'],
    // Of an instance that is deleted with a snapshot: this one has its data in the cluster.
    '-': ['rds:CreateDBSnapshot'],
  },
  'AWS::S3::Bucket': {
    AbacStatus: ['s3:PutBucketAbac'],
    AccelerateConfiguration: ['s3:PutAccelerateConfiguration'],
    AccessControl: ['s3:PutBucketAcl', 's3:PutObjectAcl'],
    AnalyticsConfigurations: ['s3:PutAnalyticsConfiguration'],
    CorsConfiguration: ['s3:PutBucketCORS'],
    IntelligentTieringConfigurations: ['s3:PutIntelligentTieringConfiguration'],
    InventoryConfigurations: ['s3:PutInventoryConfiguration'],
    LoggingConfiguration: ['s3:PutBucketLogging'],
    MetadataConfiguration: ['Annotation', 'Inventory', 'Journal'].map(
      (name) => `s3:UpdateBucketMetadata${name}TableConfiguration`,
    ),
    MetadataTableConfiguration: [
      ...['s3:CreateBucketMetadataTableConfiguration', 's3:DeleteBucketMetadataTableConfiguration'],
      ...['CreateNamespace', 'CreateTable', 'CreateTableBucket', 'GetTable', 'GetTableMetadataLocation'].map(
        (name) => `s3tables:${name}`,
      ),
      ...['PutTableBucketPolicy', 'PutTableEncryption', 'PutTablePolicy', 'UpdateTableMetadataLocation'].map(
        (name) => `s3tables:${name}`,
      ),
    ],
    MetricsConfigurations: ['s3:PutMetricsConfiguration'],
    NotificationConfiguration: ['s3:PutBucketNotification'],
    ObjectLockConfiguration: ['s3:PutBucketObjectLockConfiguration'],
    ReplicationConfiguration: ['s3:PutReplicationConfiguration', 's3:DeleteObject', 'iam:PassRole'],
    WebsiteConfiguration: ['s3:DeleteBucketWebsite', 's3:PutBucketWebsite'],
  },
  'AWS::SNS::Topic': {
    DataProtectionPolicy: ['sns:PutDataProtectionPolicy'],
    Subscription: ['sns:Subscribe', 'sns:Unsubscribe'],
    DeliveryStatusLogging: ['iam:GetRole', 'iam:PassRole'],
  },
  'AWS::SecretsManager::Secret': {
    ReplicaRegions: [
      'secretsmanager:RemoveRegionsFromReplication',
      'secretsmanager:ReplicateSecretToRegions',
    ],
    // Only to look for drift. Whoever deploys is not to read it.
    '-': ['secretsmanager:GetSecretValue'],
  },
  'AWS::StepFunctions::StateMachine': {
    DefinitionS3Location: ['s3:GetObject', 's3:GetObjectVersion'],
    EncryptionConfiguration: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
  },
};
