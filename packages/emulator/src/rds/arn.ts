import { createHash } from 'node:crypto';
import { arn } from '../iam/arns.ts';
import { secretArn } from '../secretsmanager/arn.ts';

export const clusterArn = (name: string): string => arn('rds', `cluster:${name}`);

/** The secret that RDS makes for the master user, as it names those. */
export const masterSecretName = (cluster: string): string =>
  `rds!cluster-${createHash('sha256').update(cluster).digest('hex').slice(0, 32)}`;

export const masterSecretArn = (cluster: string): string => secretArn(masterSecretName(cluster));
