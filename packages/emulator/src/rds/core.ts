import { AwsError } from '../contracts.ts';
import type { Elements } from '../endpoint/types.ts';
import type { ClusterSpec } from './clusterSpec.ts';

/** A cluster of the template, where it is reached. */
export interface Cluster extends ClusterSpec {
  /** the template's logical id */
  id: string;
  host: string;
  port: number;
  createdMs: number;
}

/** What the actions work on. */
export interface Core {
  clusters(): Cluster[];
}

/** Takes the fields of a query, and gives what stands in `<…Result>`. */
export type Action = (core: Core, fields: Readonly<Record<string, string>>) => Elements;

/** Throws DBClusterNotFoundFault. */
export const clusterNamed = ({ clusters }: Core, name: string): Cluster => {
  const found = clusters().find((each) => each.name === name.toLowerCase());
  if (found) return found;
  throw new AwsError('DBClusterNotFoundFault', `DBCluster ${name} not found.`, 404);
};
