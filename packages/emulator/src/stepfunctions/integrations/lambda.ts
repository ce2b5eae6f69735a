import type { TaskCall } from 'headrace-asl';
import { isObject, type Json, parseJson, StatesError } from 'headrace-asl';
import { z } from 'zod';
import { AwsError } from '../../contracts.ts';
import { serviceFailure } from './errors.ts';
import type { Integration, Surroundings } from './integration.ts';

const parameters = z.strictObject({
  FunctionName: z.string().min(1),
  Payload: z.json().optional(),
  // Event would answer before the function has run; none of our machines asks for it.
  InvocationType: z.literal('RequestResponse').optional(),
  Qualifier: z.literal('$LATEST').optional(),
});

/** `arn:aws:states:::lambda:invoke`: the function's answer inside of Lambda's. */
export const invokeFunction: Integration = async (around, call) => {
  const parsed = parameters.safeParse(call.input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new StatesError(
      'States.Runtime',
      `The Parameters of lambda:invoke are wrong or not emulated: ${problems.join('; ')}`,
    );
  }
  const { FunctionName, Payload = {} } = parsed.data;
  const result = await invoke(around, call, FunctionName, Payload);
  const length = String(Buffer.byteLength(JSON.stringify(result)));
  const RequestId = around.requestId();
  const headers = {
    'X-Amz-Executed-Version': '$LATEST',
    'x-amzn-RequestId': RequestId,
    'Content-Length': length,
  };
  return {
    ExecutedVersion: '$LATEST',
    Payload: result,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId },
    StatusCode: 200,
  };
};

/** `arn:aws:lambda:…:function:name` as the resource: the state's input in, the function's answer out. */
export const callFunction: Integration = (around, call) => invoke(around, call, call.resource, call.input);

const invoke = async (around: Surroundings, call: TaskCall, name: string, input: Json): Promise<Json> => {
  try {
    around.mayInvoke(call.roleArn, name);
    const { payload, functionError } = await around.functions.invoke(name, JSON.stringify(input), {
      signal: call.signal,
    });
    if (functionError !== undefined) throw functionFailure(payload);
    return payload === '' ? null : readPayload(payload);
  } catch (error) {
    // Whatever is no answer of Lambda's is what its client calls unknown.
    if (!(error instanceof AwsError) && !(error instanceof StatesError) && !call.signal.aborted) {
      throw new StatesError('Lambda.Unknown', error instanceof Error ? error.message : String(error));
    }
    throw serviceFailure('Lambda', named(error), around.requestId());
  }
};

/** The integration has a name of its own for few of Lambda's errors, and a refusal of IAM is none of them. */
const named = (error: unknown): unknown =>
  error instanceof AwsError && error.code === 'AccessDeniedException'
    ? new AwsError('AWSLambdaException', error.message, error.status)
    : error;

const readPayload = (payload: string): Json => {
  const value = parseJson(payload);
  if (value === undefined)
    throw new StatesError('Lambda.Unknown', `The function's answer must be JSON: ${payload.slice(0, 200)}`);
  return value;
};

/** The function's own error name is what Retry and Catch match; the cause is its whole answer. */
const functionFailure = (payload: string): StatesError => {
  const error = parseJson(payload);
  const type = isObject(error) ? error.errorType : undefined;
  if (typeof type === 'string' && type !== '') return new StatesError(type, payload);
  return new StatesError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
};
