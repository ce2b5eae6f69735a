import type { Provisioner } from './ports.ts';

export const provisionCluster: Provisioner = ({ logicalId, name, properties }, { rds }) =>
  rds.deploy(logicalId, name, properties);
