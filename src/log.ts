import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { once } from './once.ts';

/**
 * One JSON line per thing that happened, on stdout. Made on first use: they read POWERTOOLS_* variables.
 * (`step()`, the wrapper of the ETL's Lambdas, is in step.ts: it brings the X-Ray SDK, which the door does without.)
 */
export const logger = /* @__PURE__ */ once(() => new Logger());

/** Metrics in the embedded format, written with the log; publish them before the handler returns. */
export const metrics = /* @__PURE__ */ once(() => new Metrics());
