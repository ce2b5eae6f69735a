import type { Elements } from '../../endpoint/types.ts';
import { clusterArn, masterSecretArn } from '../arn.ts';
import { type Action, type Cluster, clusterNamed } from '../core.ts';

const described = (cluster: Cluster): Elements => ({
  DBClusterIdentifier: cluster.name,
  DBClusterArn: clusterArn(cluster.name),
  Engine: cluster.engine,
  EngineVersion: cluster.engineVersion,
  DatabaseName: cluster.database,
  MasterUsername: cluster.username,
  Endpoint: cluster.host,
  ReaderEndpoint: cluster.host,
  Port: String(cluster.port),
  Status: 'available',
  ClusterCreateTime: new Date(cluster.createdMs).toISOString(),
  ...(cluster.password === undefined && {
    MasterUserSecret: { SecretArn: masterSecretArn(cluster.name), SecretStatus: 'active' },
  }),
});

export const describeActions: Readonly<Record<string, Action>> = {
  DescribeDBClusters(core, { DBClusterIdentifier: name }) {
    const asked = name === undefined ? core.clusters() : [clusterNamed(core, name)];
    return { DBClusters: asked.map((cluster) => ({ DBCluster: described(cluster) })) };
  },
};
