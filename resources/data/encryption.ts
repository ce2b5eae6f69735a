import type { Osls } from '../osls.ts';
import type { Switch } from '../switches.ts';
import { state } from '../windows.ts';

/**
 * With which key the events are encrypted, by the param `dataKey`:
 *
 * - `aws`: S3's own keys (SSE-S3) and Kinesis's (aws/kinesis). Costs nothing, needs no permission.
 * - `own`: a key that this stack makes, keeps when it goes, and whose material changes every year.
 * - `arn:aws:kms:…`: a key of yours, in the same region. Its policy must let IAM policies of this account decide
 *   (the statement "Enable IAM User Permissions" that KMS gives every new key).
 *
 * It is for what holds events: the lake, query results and the stream. The tables hold hours, counts and hashes of
 * write keys and stay with DynamoDB's key in KMS (aws/dynamodb): a key of ours there would need grants for every role.
 * Decided when packaging, so the template says what holds, and no role has a permission that its stage does not use.
 */

type Json = Record<string, unknown>;

/** What depends on the key, each part where serverless.yml and the resources ask for it. */
export interface Encryption {
  resources: { Resources?: Record<string, { Type: string; Properties: Json }> };
  bucket: Json;
  stream: Json;
  results: Json;
  /** of the database of PostgreSQL; none: RDS's own (aws/rds) */
  database: unknown;
}

export interface KeyUse {
  name: string;
  service: 's3' | 'kinesis';
  /** logical ids */
  roles: readonly string[];
  /** of KMS */
  actions: readonly string[];
}

interface Params {
  dataKey: string;
  stage: string;
  /** DeletionPolicy of what holds data */
  removal: string;
  /** the param of that name: whether there is a role for it */
  archive?: string;
  /** the param of that name: whether there are roles for it */
  postgres?: string;
  /** whether there is the role that counts windows */
  windows: Switch;
}

const ownKey = ({ stage, removal }: Pick<Params, 'stage' | 'removal'>) => ({
  DataKey: {
    Type: 'AWS::KMS::Key',
    // What it has encrypted is lost with it: it goes only where the data goes.
    DeletionPolicy: removal,
    UpdateReplacePolicy: removal,
    Properties: {
      Description: `Events of headrace-${stage}: lake, query results, stream`,
      EnableKeyRotation: true,
      PendingWindowInDays: 30,
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'IamPoliciesDecide',
            Effect: 'Allow',
            Principal: { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } },
            Action: 'kms:*',
            Resource: '*', // in a key's policy: this key
          },
        ],
      },
    },
  },
  DataKeyAlias: {
    Type: 'AWS::KMS::Alias',
    DeletionPolicy: removal,
    UpdateReplacePolicy: removal,
    Properties: { AliasName: `alias/headrace-${stage}`, TargetKeyId: { Ref: 'DataKey' } },
  },
});

/**
 * Who uses the key through which service. Reading an object or a record decrypts; writing one needs a new data key;
 * an upload in parts reads its own parts, so whoever uploads so has both. A test holds this against the roles.
 */
export const keyUses: readonly KeyUse[] = [
  { name: 'StreamWriters', service: 'kinesis', roles: ['CollectRole'], actions: ['GenerateDataKey'] },
  { name: 'StreamReaders', service: 'kinesis', roles: ['LandRole', 'WindowsRole'], actions: ['Decrypt'] },
  { name: 'LakeReaders', service: 's3', roles: ['CrawlerRole'], actions: ['Decrypt'] },
  {
    name: 'LakeWriters',
    service: 's3',
    roles: ['LandRole', 'WindowsRole', 'ReportRole', 'RecordFailureRole'],
    actions: ['GenerateDataKey'],
  },
  {
    name: 'LakeReadersAndWriters',
    service: 's3',
    // Publish copies rejected lines; Athena reads and writes as the EtlRole.
    roles: ['BuildRole', 'PublishRole', 'ReportBackfillRole', 'EtlRole'],
    actions: ['Decrypt', 'GenerateDataKey'],
  },
];

/** Of the role that is there with the param `archive` only. Firehose writes in parts. */
export const archiveKeyUses: readonly KeyUse[] = [
  { name: 'ArchiveReader', service: 'kinesis', roles: ['ArchiveRole'], actions: ['Decrypt'] },
  { name: 'ArchiveWriter', service: 's3', roles: ['ArchiveRole'], actions: ['Decrypt', 'GenerateDataKey'] },
];

/** Of the roles that are there with the param `postgres` only. The cluster uses the key by a grant that RDS makes itself. */
export const postgresKeyUses: readonly KeyUse[] = [
  { name: 'PostgresStream', service: 'kinesis', roles: ['PostgresRole'], actions: ['Decrypt'] },
  { name: 'PostgresQuarantine', service: 's3', roles: ['PostgresRole'], actions: ['GenerateDataKey'] },
  { name: 'PostgresUpkeep', service: 's3', roles: ['PostgresUpkeepRole'], actions: ['Decrypt'] },
];

const grant = (key: string | Json, { name, service, roles, actions }: KeyUse) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: `dataKey${name}`,
    Roles: roles.map((role) => ({ Ref: role })),
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: actions.map((action) => `kms:${action}`),
          Resource: key,
          // Only while the service encrypts or decrypts for the role, never by a call of its own.
          Condition: {
            StringEquals: {
              'kms:ViaService': { 'Fn::Sub': `${service}.\${AWS::Region}.\${AWS::URLSuffix}` },
            },
          },
        },
      ],
    },
  },
});

/** Everything that depends on the key. Throws an Error when `dataKey` is none of the three. */
export const encryptionOf = ({
  dataKey,
  stage,
  removal,
  archive = 'none',
  postgres = 'none',
  windows,
}: Params): Encryption => {
  if (dataKey === 'aws') {
    return {
      resources: {},
      bucket: { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      stream: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      results: { EncryptionOption: 'SSE_S3' },
      database: { Ref: 'AWS::NoValue' },
    };
  }
  if (dataKey !== 'own' && !/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(dataKey)) {
    throw new Error(
      `The param dataKey is "${dataKey}". Set it to aws, own, or the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID; no alias).`,
    );
  }
  const key = dataKey === 'own' ? { 'Fn::GetAtt': ['DataKey', 'Arn'] } : dataKey;
  const isThere = (role: string): boolean => windows === 'on' || role !== 'WindowsRole';
  const uses = [
    ...keyUses,
    ...(archive === 'none' ? [] : archiveKeyUses),
    ...(postgres === 'none' ? [] : postgresKeyUses),
  ];
  const grants = uses.map((use) => [
    `DataKey${use.name}Policy`,
    grant(key, { ...use, roles: use.roles.filter(isThere) }),
  ]);
  return {
    resources: {
      Resources: {
        ...(dataKey === 'own' ? ownKey({ stage, removal }) : {}),
        ...Object.fromEntries(grants),
      },
    },
    // A bucket key asks KMS once for many objects: without it every object is a paid call.
    bucket: {
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
    },
    stream: { EncryptionType: 'KMS', KeyId: key },
    results: { EncryptionOption: 'SSE_KMS', KmsKey: key },
    database: key,
  };
};

const part =
  (name: keyof Encryption) =>
  async ({ resolveVariable }: Osls) =>
    encryptionOf({
      windows: await state({ resolveVariable }),
      dataKey: await resolveVariable('param:dataKey'),
      stage: await resolveVariable('sls:stage'),
      removal: await resolveVariable('param:removal'),
      archive: await resolveVariable('param:archive'),
      postgres: await resolveVariable('param:postgres'),
    })[name];

/** What encryption.js gives to osls. */
export const resources = part('resources');
export const bucket = part('bucket');
export const stream = part('stream');
export const results = part('results');
export const database = part('database');
