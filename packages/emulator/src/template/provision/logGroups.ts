import type { Provisioner } from './ports.ts';

/** What writes there is told by whoever runs it. */
export const provisionLogGroup: Provisioner = ({ name, properties }, { logs }) => {
  const days = Number(properties.RetentionInDays);
  logs.deploy({ name, retentionInDays: Number.isInteger(days) ? days : undefined });
};
