import { basename, join } from 'node:path';
import { z } from 'zod';
import type { TemplateResource } from '../template/resolveTemplate.ts';
import { type LoggingSpec, loggingConfig } from './logLevels.ts';

/** A function as the template declares it, with Lambda's defaults. */
export interface FunctionSpec {
  name: string;
  arn: string;
  /** ARN of its role: Kinesis events carry it */
  role: string;
  /** `functions/collect.handler` */
  handler: string;
  runtime: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: Readonly<Record<string, string>>;
  reservedConcurrency?: number | undefined;
  logging: LoggingSpec;
  zipPath: string;
}

const properties = z.object({
  Handler: z.string(),
  Role: z.string().default('arn:aws:iam::000000000000:role/local'),
  Runtime: z.string().startsWith('nodejs', 'only Node.js functions run here'),
  Code: z.object({ S3Key: z.string() }, 'only zip packages run here'),
  MemorySize: z.coerce.number().default(128),
  Timeout: z.coerce.number().default(3),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  LoggingConfig: loggingConfig,
  Layers: z.array(z.unknown()).max(0, 'layers are not emulated').optional(),
  Environment: z
    .object({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
});

/** Throws an Error naming the function and the property the emulator cannot honour. */
export const functionSpec = (resource: TemplateResource, packageDir: string): FunctionSpec => {
  const parsed = properties.safeParse(resource.properties);
  if (!parsed.success)
    throw new Error(`${resource.logicalId} (${resource.type}): ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  return {
    name: resource.name,
    arn: resource.attributes.Arn ?? resource.name,
    role: data.Role,
    handler: data.Handler,
    runtime: data.Runtime,
    memoryMb: data.MemorySize,
    timeoutSeconds: data.Timeout,
    environment: data.Environment.Variables,
    reservedConcurrency: data.ReservedConcurrentExecutions,
    logging: data.LoggingConfig,
    // Packaging leaves the zips beside the template under the last part of the key they would be uploaded to.
    zipPath: join(packageDir, basename(data.Code.S3Key)),
  };
};
