import { z } from 'zod';
import type { TemplateResource } from '../template/resolveTemplate.ts';
import { functionNameOf } from './runtime.ts';

/** Lambda's default, and the most that it takes. */
const MOST_RETRIES = 2;

const properties = z.object({
  FunctionName: z.string(),
  Qualifier: z.string(),
  MaximumRetryAttempts: z.coerce.number().int().min(0).max(MOST_RETRIES).default(MOST_RETRIES),
});

/**
 * How often a failed asynchronous call of a function is repeated, by these resources of type
 * AWS::Lambda::EventInvokeConfig. Only what they say of $LATEST counts, for nothing else runs here. Throws an Error
 * that names the resource and the property.
 */
export const asyncRetries = (resources: readonly TemplateResource[]): ((functionName: string) => number) => {
  const retries = new Map<string, number>();
  for (const { logicalId, type, properties: given } of resources) {
    const { success, data, error } = properties.safeParse(given);
    if (!success) throw new Error(`${logicalId} (${type}): ${z.prettifyError(error)}`);
    if (data.Qualifier === '$LATEST')
      retries.set(functionNameOf(data.FunctionName), data.MaximumRetryAttempts);
  }
  return (functionName) => retries.get(functionName) ?? MOST_RETRIES;
};
