import { z } from 'zod';
import type { Dependencies } from './dependencies.ts';

const declared = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }) });

/**
 * Gives this process the names under which the template lets a function's metrics be published: those the alarms ask
 * for. Call it before the function makes its metrics.
 */
export const speakAs = (dependencies: Dependencies, logicalId: string): void => {
  const { Variables } = declared.parse(dependencies.resource(logicalId).properties).Environment;
  for (const name of ['POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME'])
    process.env[name] = Variables[name];
};
