import { AwsError } from '../../contracts.ts';
import type { Answer, LambdaApiOptions } from '../core.ts';

/** A failed asynchronous call is repeated after one and two minutes, unless its function has fewer retries. */
const ASYNC_PAUSES_MS = [60_000, 120_000];

interface Invocation {
  name: string;
  payload: string;
  /** RequestResponse, Event or DryRun */
  type: string;
  /** `Tail`: the end of the log comes with the answer */
  logType: string;
}

/** Invoke, in its three types. */
export const invoke = async (
  options: LambdaApiOptions,
  { name, payload, type, logType }: Invocation,
): Promise<Answer> => {
  const { runtime } = options;
  const spec = runtime.spec(name);
  requireJson(payload);
  if (type === 'DryRun') return { status: 204, body: '' };
  if (type === 'Event') {
    void invokeLater(options, spec.name, payload);
    return { status: 202, body: '' };
  }
  const outcome = await runtime.invoke(name, payload);
  const headers: Record<string, string> = { 'x-amz-executed-version': '$LATEST' };
  if (outcome.functionError) headers['x-amz-function-error'] = outcome.functionError;
  if (logType === 'Tail') headers['x-amz-log-result'] = Buffer.from(outcome.log ?? '').toString('base64');
  return { status: 200, body: outcome.payload, headers };
};

/** What goes wrong is in the function's log; nobody waits for it. */
const invokeLater = async (
  { runtime, sleep, retries }: LambdaApiOptions,
  name: string,
  payload: string,
): Promise<void> => {
  for (const pause of [...ASYNC_PAUSES_MS.slice(0, retries(name)), undefined]) {
    const outcome = await runtime.invoke(name, payload).catch(() => ({ functionError: 'Unhandled' }));
    if (!outcome.functionError || pause === undefined) return;
    await sleep(pause);
  }
};

const requireJson = (payload: string): void => {
  try {
    JSON.parse(payload);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no JSON';
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
};
