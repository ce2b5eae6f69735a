import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../contracts.ts';

const json: z.ZodType<Json> = z.json();
const object = z.record(z.string(), json);

const rawResource = z.object({
  Type: z.string(),
  Properties: object.default({}),
  Condition: z.string().optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).default([]),
});

const output = z.object({
  Value: json,
  Description: z.string().optional(),
  Export: z.object({ Name: json }).optional(),
  Condition: z.string().optional(),
});

const templateSchema = z.object({
  Description: z.string().optional(),
  Resources: z.record(z.string(), rawResource),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: json.optional() })).default({}),
  Conditions: object.default({}),
  Mappings: z.record(z.string(), z.record(z.string(), object)).default({}),
  Outputs: z.record(z.string(), output).default({}),
});

export type RawResource = z.infer<typeof rawResource>;
export type Template = z.infer<typeof templateSchema>;

/** The template that `serverless package` writes for an update; the other one holds the deployment bucket only. */
export const TEMPLATE_FILE = 'cloudformation-template-update-stack.json';

/** The template as it was written. Throws an Error saying which file is missing. */
export const templateText = (packageDir: string): string => {
  const path = join(packageDir, TEMPLATE_FILE);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(
      `No packaged template at ${path}. Package the service first (serverless package), and name the folder it wrote.`,
      { cause },
    );
  }
};

/** Throws an Error saying which file is missing or why it cannot be read as a CloudFormation template. */
export const readTemplate = (packageDir: string): Template =>
  parseTemplate(JSON.parse(templateText(packageDir)), join(packageDir, TEMPLATE_FILE));

export const parseTemplate = (document: unknown, origin = 'the template'): Template => {
  const parsed = templateSchema.safeParse(document);
  if (!parsed.success)
    throw new Error(
      `${origin} cannot be read as a CloudFormation template: ${z.prettifyError(parsed.error)}`,
    );
  return parsed.data;
};
