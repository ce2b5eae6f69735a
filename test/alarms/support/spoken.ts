import { beforeEach } from '@jest/globals';
import { z } from 'zod';
import { type Handler, lambdaDependencies } from '../../helpers/lambdaDependencies.ts';
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

/** Calls a function of the template; what it writes feeds the alarms, as the log of a Lambda does. */
export const speaking = (
  dependencies: Dependencies,
  logicalId: string,
  load: () => Promise<{ handler: Handler }>,
): ((event: unknown) => Promise<void>) => {
  const lambda = lambdaDependencies(load);
  beforeEach(() => speakAs(dependencies, logicalId));
  return async (event) => {
    await lambda.call(event);
    for (const line of lambda.logged()) dependencies.logLine(JSON.stringify(line));
  };
};
