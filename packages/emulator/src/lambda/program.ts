/**
 * The child process that a function runs in: loads the handler, then answers one invocation after the other.
 * Started by executionEnvironment.ts with the function's environment and nothing else; arguments: task root, handler, ARN.
 * It runs as bootstrap.ts writes it, in another folder: it may import types of the emulator, and nothing else of it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EnvironmentMessage, FunctionFailure, InvokeMessage } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const [taskRoot = '', handlerName = '', functionArn = ''] = process.argv.slice(2);
let current: InvokeMessage | undefined;

// The runtime is gone, however it went: an execution environment never outlives it.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal; the runtime decides which invocations still end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

/** What is kept of what the function writes, as Lambda keeps it for LogType Tail. */
const TAIL_CHARACTERS = 4_096;
let written = '';

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  // The arguments go through as they came; the overloads of write() cannot be told apart here.
  const kept = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
    written = (written + Buffer.from(chunk).toString()).slice(-TAIL_CHARACTERS);
    return Reflect.apply(write, stream, [chunk, ...more]);
  };
  Object.assign(stream, { write: kept });
}

/** The function's lines since the last invocation; those of the start belong to the first. */
const takeWritten = (): string => {
  const log = written;
  written = '';
  return log;
};

const send = (message: EnvironmentMessage, then?: () => void): void => {
  process.send?.(message, undefined, undefined, then);
};

/** What an invocation leaves behind besides its answer. */
const spent = (): { maxRssBytes: number; log: string } => ({
  maxRssBytes: process.resourceUsage().maxRSS * 1024,
  log: takeWritten(),
});

/** As Lambda's Node.js runtime describes what was thrown. */
const describe = (thrown: unknown): FunctionFailure => {
  if (thrown instanceof Error) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
};

/** The process cannot go on: tell who waits, then leave with the exit code of Lambda's runtime. */
const die = (failure: FunctionFailure, exitCode: number): void => {
  console.error(JSON.stringify(failure));
  if (!current) process.exit(exitCode);
  send({ kind: 'failed', requestId: current.requestId, failure, ...spent() }, () => process.exit(exitCode));
};

process.on('uncaughtException', (error) => die(describe(error), 129));
process.on('unhandledRejection', (reason) => {
  const { errorType, errorMessage, trace = [] } = describe(reason);
  die(
    { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: `${errorType}: ${errorMessage}`, trace },
    128,
  );
});

const loadHandler = async (): Promise<Handler> => {
  const slash = handlerName.lastIndexOf('/') + 1;
  const dot = handlerName.indexOf('.', slash);
  const modulePath = join(taskRoot, handlerName.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs']
    .map((extension) => modulePath + extension)
    .find((path) => existsSync(path));
  if (dot < 0 || !file)
    throw initError('Runtime.ImportModuleError', `Error: Cannot find module '${handlerName.slice(0, dot)}'`);
  const imported: Record<string, unknown> = await import(pathToFileURL(file).href);
  const found = handlerName
    .slice(dot + 1)
    .split('.')
    .reduce<unknown>(member, imported);
  if (typeof found !== 'function')
    throw initError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (found.length > 2) {
    throw initError(
      'Runtime.CallbackHandlerDeprecated',
      'Since Node.js 24 Lambda runs async handlers only, and this one takes a callback',
    );
  }
  return (event, context) => found(event, context);
};

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const initError = (name: string, message: string): Error => Object.assign(new Error(message), { name });

const contextOf = ({ requestId, deadlineMs }: InvokeMessage): object => ({
  awsRequestId: requestId,
  // Async handlers answer when their promise settles, whatever else still runs; kept because code sets it.
  callbackWaitsForEmptyEventLoop: true,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  invokedFunctionArn: functionArn,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
});

/**
 * Lambda gives every invocation a trace, sampled or not. These are never sampled, so that nothing is sent anywhere; but
 * libraries that trace do as they do on Lambda, instead of complaining at every call.
 */
const newTrace = (): string => {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
};

const answer = async (handler: Handler, message: InvokeMessage): Promise<void> => {
  const { requestId } = message;
  current = message;
  process.env._X_AMZN_TRACE_ID = newTrace();
  try {
    const result = await handler(JSON.parse(message.payload), contextOf(message));
    // Lambda answers null where JSON knows no value.
    send({
      kind: 'result',
      requestId,
      payload: JSON.stringify(result) ?? 'null',
      ...spent(),
    });
  } catch (error) {
    send({ kind: 'failed', requestId, failure: describe(error), ...spent() });
  } finally {
    current = undefined;
  }
};

try {
  const handler = await loadHandler();
  // Only the runtime writes to this channel, and it is typed there.
  process.on('message', (message) => void answer(handler, message as InvokeMessage));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'initFailed', failure: describe(error) }, () => process.exit(1));
}
