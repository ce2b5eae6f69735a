import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Template } from './read.ts';

/** Whose package it is: `serverless.yml`'s service, the stage it was packaged for, and CloudFormation's name of both. */
export interface Deployment {
  service: string;
  stage: string;
  /** AWS::StackName: prefix of the names that CloudFormation makes up */
  stack: string;
}

/** What `serverless package` writes beside the template. */
const STATE_FILE = 'serverless-state.json';

const state = z.looseObject({
  service: z.looseObject({
    service: z.string(),
    provider: z.looseObject({ stage: z.string().optional(), stackName: z.string().optional() }),
  }),
});

const code = z.looseObject({ Code: z.looseObject({ S3Key: z.string() }) });

/** `serverless/<service>/<stage>/<time>/<function>.zip`: where the framework uploads to, unless it is told otherwise. */
const uploadKey = /^serverless\/([^/]+)\/([^/]+)\//;

/** Of a template that tells neither. */
const UNNAMED = { service: 'service', stage: 'local' };

/** What the package says of itself; what the caller gives goes before. */
export const deploymentOf = (
  packageDir: string,
  template: Template,
  given: Partial<Deployment> = {},
): Deployment => {
  const { service, stage, stack } = {
    // The state holds the stage of serverless.yml; the uploads that of --stage.
    ...{ ...UNNAMED, ...toldByState(packageDir), ...toldByUploads(template) },
  };
  const names = { service: given.service ?? service, stage: given.stage ?? stage };
  return { ...names, stack: given.stack ?? stack ?? `${names.service}-${names.stage}` };
};

const toldByState = (packageDir: string): Partial<Deployment> => {
  const path = join(packageDir, STATE_FILE);
  if (!existsSync(path)) return {};
  const { data } = state.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (data === undefined) return {};
  const { stage, stackName: stack } = data.service.provider;
  return { service: data.service.service, ...(stage && { stage }), ...(stack && { stack }) };
};

const toldByUploads = ({ Resources }: Template): Partial<Deployment> => {
  for (const { Type, Properties } of Object.values(Resources)) {
    const key = Type === 'AWS::Lambda::Function' ? code.safeParse(Properties).data?.Code.S3Key : undefined;
    const [, service, stage] = uploadKey.exec(key ?? '') ?? [];
    if (service && stage) return { service, stage };
  }
  return {};
};
