import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';

/**
 * The hooks that put a call into X-Ray. A module of its own: step.ts loads it, and the X-Ray SDK with it, when needed.
 */
export const tracing = () => captureLambdaHandler(new Tracer(), { captureResponse: false });
