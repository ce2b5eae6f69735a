import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';

/** A cluster of the template. */
export interface ClusterSpec {
  /** DBClusterIdentifier */
  name: string;
  engine: string;
  engineVersion: string;
  database: string;
  username: string;
  /** where the template gives one; else RDS makes one and keeps it in a secret */
  password?: string | undefined;
}

const properties = z.looseObject({
  Engine: z.literal(['aurora-postgresql', 'postgres'], {
    error: ({ input }) => `only PostgreSQL is emulated (aurora-postgresql), not ${input}`,
  }),
  EngineVersion: z.coerce.string().default('17'),
  DatabaseName: z.string().default('postgres'),
  MasterUsername: z.string('the emulator needs MasterUsername: it restores no snapshot'),
  MasterUserPassword: z.string().optional(),
  ManageMasterUserPassword: z.union([z.boolean(), z.stringbool()]).default(false),
});

/** Throws an Error naming what is not emulated. */
export const clusterSpec = (name: string, given: JsonObject): ClusterSpec => {
  const { success, data, error } = properties.safeParse(given);
  if (!success) throw new Error(error.issues.map(({ message }) => message).join('; '));
  if (data.MasterUserPassword === undefined && !data.ManageMasterUserPassword)
    throw new Error('it has neither MasterUserPassword nor ManageMasterUserPassword');
  return {
    name,
    engine: data.Engine,
    engineVersion: data.EngineVersion,
    database: data.DatabaseName,
    username: data.MasterUsername,
    password: data.MasterUserPassword,
  };
};
