import type { Provisioner } from './ports.ts';

export const provisionDeliveryStream: Provisioner = ({ name, properties }, { firehose }) =>
  firehose.deploy(name, properties);
