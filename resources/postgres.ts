import type { Osls } from './osls.ts';
import { type Switch, switchOf } from './switches.ts';

/**
 * What of the template follows from the param `postgres`:
 *
 * - `none`: nothing of it.
 * - `aurora`: a cluster of Aurora PostgreSQL in the VPC that the other params name.
 * - `arn:aws:secretsmanager:…`: a database of yours; the secret says where it is and who logs in.
 */
type Choice = 'none' | 'aurora' | 'secret';

type Json = Record<string, unknown>;

export interface PostgresParams {
  postgres: string;
  stage: string;
  vpc: string;
  subnets: readonly string[];
  securityGroups: readonly string[];
  keepDays: number | string;
}

const SECRET = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/;

const noValue = { Ref: 'AWS::NoValue' };

/** Throws an Error for what is none of the three, and for a network that is not whole. */
export const choiceOf = ({ postgres, stage, vpc, subnets, securityGroups }: PostgresParams): Choice => {
  if (postgres !== 'none' && postgres !== 'aurora' && !SECRET.test(postgres)) {
    throw new Error(
      `postgres: "${postgres}" is neither none, aurora nor the ARN of a secret (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-123456).`,
    );
  }
  if (postgres === 'none') return 'none';
  const isNetwork = vpc !== 'none' || subnets.length > 0 || securityGroups.length > 0;
  // The emulator has no network: there the database is a process beside it.
  const needsNetwork = postgres === 'aurora' && stage !== 'local';
  if ((isNetwork || needsNetwork) && (vpc === 'none' || subnets.length < 2)) {
    throw new Error(
      `postgres: ${postgres === 'aurora' ? 'aurora' : 'a database in a VPC'} needs postgresVpc and two postgresSubnets of it, in different zones. See docs/guides/postgres.md#the-network.`,
    );
  }
  return postgres === 'aurora' ? 'aurora' : 'secret';
};

/** Where the functions run: in the VPC, with a group that the stack makes and those of the param; osls's false: in none. */
export const functionVpcOf = (params: PostgresParams): Json | false =>
  choiceOf(params) === 'none' || params.subnets.length === 0
    ? false
    : { securityGroupIds: groupsOf(params), subnetIds: params.subnets };

const groupsOf = ({ securityGroups }: PostgresParams): unknown[] => [
  { 'Fn::GetAtt': ['PostgresFunctionsSecurityGroup', 'GroupId'] },
  ...securityGroups,
];

/** Whom the security group of the cluster lets in: the members of the groups that the functions are in. */
const membersOf = (params: PostgresParams): Json[] =>
  groupsOf(params).map((SourceSecurityGroupId) => ({
    ...{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 },
    SourceSecurityGroupId,
  }));

const att = (resource: string, attribute: string): Json => ({ 'Fn::GetAtt': [resource, attribute] });

/** Where the cluster of the stack is. A database of yours is described by its secret. */
const place = {
  POSTGRES_HOST: att('PostgresCluster', 'Endpoint.Address'),
  POSTGRES_PORT: att('PostgresCluster', 'Endpoint.Port'),
  POSTGRES_DATABASE: 'headrace',
};

interface Logins {
  sink: unknown;
  upkeep: unknown;
}

/** The secrets by which the two functions log in. */
const loginsOf = (params: PostgresParams): Logins =>
  choiceOf(params) === 'aurora'
    ? { sink: { Ref: 'PostgresWriterSecret' }, upkeep: att('PostgresCluster', 'MasterUserSecret.SecretArn') }
    : { sink: params.postgres, upkeep: params.postgres };

const isAurora = (params: PostgresParams): boolean => choiceOf(params) === 'aurora';

export const sinkEnvironmentOf = (params: PostgresParams): Json => ({
  LAKE_BUCKET: { Ref: 'LakeBucket' },
  POSTGRES_SECRET: loginsOf(params).sink,
  ...(isAurora(params) && place),
  POSTGRES_UPKEEP_FUNCTION: { Ref: 'PostgresUpkeepLambdaFunction' },
  POSTGRES_KEEP_DAYS: String(params.keepDays),
  POWERTOOLS_SERVICE_NAME: 'postgres',
});

export const upkeepEnvironmentOf = (params: PostgresParams): Json => ({
  LAKE_BUCKET: { Ref: 'LakeBucket' },
  LEDGER_TABLE: { Ref: 'LedgerTable' },
  POSTGRES_SECRET: loginsOf(params).upkeep,
  ...(isAurora(params) && {
    ...place,
    POSTGRES_WRITER_SECRET: { Ref: 'PostgresWriterSecret' },
    POSTGRES_READER_SECRET: { Ref: 'PostgresReaderSecret' },
  }),
  POSTGRES_KEEP_DAYS: String(params.keepDays),
  POWERTOOLS_SERVICE_NAME: 'postgresUpkeep',
});

/** In params.yml they are lists; on the command line they are texts with commas. */
export const listOf = (given: unknown): string[] => {
  const all: unknown[] = Array.isArray(given) ? given : String(given ?? '').split(',');
  return all
    .map(String)
    .map((each) => each.trim())
    .filter((each) => each !== '');
};

const paramsOf = async ({ resolveVariable }: Osls): Promise<PostgresParams> => ({
  postgres: await resolveVariable('param:postgres'),
  stage: await resolveVariable('sls:stage'),
  vpc: await resolveVariable('param:postgresVpc'),
  subnets: listOf(await resolveVariable('param:postgresSubnets')),
  securityGroups: listOf(await resolveVariable('param:postgresSecurityGroups')),
  keepDays: await resolveVariable('param:postgresKeepDays'),
});

const by =
  <T>(make: (params: PostgresParams) => T) =>
  async (osls: Osls): Promise<T> =>
    make(await paramsOf(osls));

/** Whether there are the functions, by which their files choose. */
export const functions = by((params): Switch => (choiceOf(params) === 'none' ? 'off' : 'on'));
/** Whether the function postgres has a connection of its own to the stream. */
export const fanOut = async (osls: Osls): Promise<Switch> => {
  const given = switchOf('postgresFanOut', await osls.resolveVariable('param:postgresFanOut'));
  return (await functions(osls)) === 'on' ? given : 'off';
};
/** Which part of resources/data/postgres.yml there is. */
export const database = by(choiceOf);
/** Which part of resources/data/postgresNetwork.yml there is. */
export const network = by((params) => (params.subnets.length === 0 ? 'none' : choiceOf(params)));
export const functionVpc = by(functionVpcOf);
/** Lambda asks whether the role may, when it makes a function in a VPC. */
export const functionsWaitFor = by(({ subnets }) => (subnets.length === 0 ? [] : ['PostgresNetworkPolicy']));
export const subnetGroup = by(({ subnets }) =>
  subnets.length === 0 ? noValue : { Ref: 'PostgresSubnetGroup' },
);
export const clusterGroups = by(({ subnets }) =>
  subnets.length === 0 ? noValue : [att('PostgresSecurityGroup', 'GroupId')],
);
export const members = by(membersOf);
export const subnets = by((params) => params.subnets);
/** Which secrets a role may read. */
export const sinkLogin = by((params) => loginsOf(params).sink);
export const upkeepLogins = by((params) => [
  loginsOf(params).upkeep,
  ...(isAurora(params) ? [{ Ref: 'PostgresWriterSecret' }, { Ref: 'PostgresReaderSecret' }] : []),
]);
export const sinkEnvironment = by(sinkEnvironmentOf);
export const upkeepEnvironment = by(upkeepEnvironmentOf);
/** Its rows can be had again from the lake, so a snapshot is enough of what a stage keeps. */
export const removal = async ({ resolveVariable }: Osls): Promise<string> =>
  (await resolveVariable('param:removal')) === 'Retain' ? 'Snapshot' : 'Delete';
