import { createHash } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import { REGION } from '../account.ts';
import type { FunctionSpec } from './functionSpec.ts';

/** Every function signs with a key id of its own, so the endpoint knows who calls. */
export const accessKeyOf = (functionName: string): string =>
  `ASIA${createHash('sha256').update(functionName).digest('hex').slice(0, 16).toUpperCase()}`;

/** Where programs are found that a function starts: node, and what every machine has. */
const SEARCH_PATH = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);

interface EnvironmentPlace {
  taskRoot: string;
  /** AWS_ENDPOINT_URL: where all AWS APIs answer */
  endpoint: string;
  /** The execution environment's own scratch folder, removed with it; Lambda's /tmp is not shared between execution environments either. */
  tmpDir: string;
  logStream: string;
}

/** What the function sees in process.env: the template's variables, Lambda's own, PATH; nothing else of this machine. */
export const environmentVariables = (
  spec: FunctionSpec,
  place: EnvironmentPlace,
): Record<string, string> => ({
  ...spec.environment,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: accessKeyOf(spec.name),
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_ENDPOINT_URL: place.endpoint,
  AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: spec.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
  ...(spec.logging.format === 'JSON'
    ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: spec.logging.application }
    : {}),
  LAMBDA_TASK_ROOT: place.taskRoot,
  _HANDLER: spec.handler,
  LANG: 'en_US.UTF-8',
  TZ: 'UTC',
  PATH: SEARCH_PATH,
  TMPDIR: place.tmpDir,
});
