import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { CliError, messageOf, nextStepAfter } from '../../client/failure.ts';
import type { Line, Problem } from '../../console/contract.ts';
import type { About } from './call.ts';
import { calls } from './calls.ts';
import { guardHeaders } from './gate.ts';
import type { ConsoleStage } from './stage.ts';

/** A statement has at most 262,144 bytes, a fix not much more. */
const MAX_BODY = 1_000_000;

const NO_CONNECTION = /ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|fetch failed/;

/** Every problem says what to do. */
const problemOf = (error: unknown): Problem => {
  const message = messageOf(error);
  const next = nextStepAfter(error);
  if (next !== undefined) return { message, next };
  if (NO_CONNECTION.test(message))
    return {
      message: `The stage does not answer: ${message}`,
      next: 'Start the emulator again with npx headrace up. Of a deployed stage: check the network connection.',
    };
  if (/AccessDenied|not authorized/i.test(`${error instanceof Error ? error.name : ''} ${message}`))
    return {
      message,
      next: 'Your AWS credentials lack this permission. docs/guides/console.md lists those that the console needs.',
    };
  return { message, next: 'Try again. If it stays, headrace status tells how the stage is.' };
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY)
      throw new CliError(`The request has more than ${MAX_BODY} bytes.`, 'Shorten the text.');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
};

const parsed = <Input>(schema: z.ZodType<Input>, body: unknown): Input => {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new CliError(
    z.prettifyError(read.error),
    'Correct the input. If it is not yours, reload the page: it may be of another version than the command.',
  );
};

const isCall = (name: string): name is keyof typeof calls => Object.hasOwn(calls, name);

const resultOf = async <Name extends keyof typeof calls>(
  name: Name,
  stage: ConsoleStage,
  request: IncomingMessage,
  about: About,
) => {
  const { input, run } = calls[name];
  return run(stage, parsed(input, await bodyOf(request)), about);
};

/** Answers a call line by line. Ends the work when the page goes away. */
export const answerCall = async (
  name: string,
  stage: ConsoleStage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const gone = new AbortController();
  response.on('close', () => gone.abort(new CliError('Cancelled.', 'Ask again.')));
  response.writeHead(isCall(name) ? 200 : 404, { ...guardHeaders(), 'content-type': 'application/x-ndjson' });
  const asOf = new Date().toISOString();
  const tell = (line: Line<unknown>): void => {
    response.write(`${JSON.stringify(line)}\n`);
  };
  try {
    if (!isCall(name)) throw new CliError(`There is no call "${name}".`, 'Reload the page.');
    const about: About = { signal: gone.signal, progress: (progress) => tell({ progress }) };
    const result = await resultOf(name, stage, request, about);
    tell({ result, asOf });
  } catch (error) {
    if (!gone.signal.aborted) tell({ problem: problemOf(error) });
  }
  response.end();
};
