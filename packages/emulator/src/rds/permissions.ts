import { text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import { clusterArn } from './arn.ts';

/** Of the API. Whoever connects to the database shows a password, and needs no permission of IAM's. */
export const rdsPermissions: PermissionTable = {
  DescribeDBClusters: ({ DBClusterIdentifier }) => ({
    action: 'rds:DescribeDBClusters',
    resource: clusterArn(text(DBClusterIdentifier) || '*'),
  }),
};
