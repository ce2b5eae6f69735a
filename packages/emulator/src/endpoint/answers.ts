import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type JsonObject } from '../contracts.ts';
import { isDiskFailure } from '../storage.ts';
import { callerOf } from './caller.ts';
import type { EndpointOptions } from './types.ts';

/** An answer of the awsJson protocols. */
export const sendJson = (
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
};

/** An error as the awsJson protocols and REST-JSON services answer it. */
const sendJsonError = (response: ServerResponse, error: AwsError, jsonVersion = '1.1'): void =>
  sendJson(
    response,
    error.status,
    { __type: error.code, message: error.message },
    { 'x-amzn-errortype': error.code, 'content-type': `application/x-amz-json-${jsonVersion}` },
  );

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML. Control characters become references: SDKs read them, though XML 1.0 forbids most. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[&<>"]/g, (character) => escapes[character] ?? character)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\u0000-\u001f]/g, (character) => `&#${character.charCodeAt(0)};`);

/** An error of the query protocol (SNS, STS). */
const sendQueryError = (response: ServerResponse, error: AwsError): void => {
  const id = randomUUID();
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const text = `<ErrorResponse><Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`;
  response.writeHead(error.status, { 'content-type': 'text/xml', 'x-amzn-requestid': id });
  response.end(text);
};

/** An error of S3. HEAD answers have no body, so a client sees only the status. */
export const sendS3Error = (
  response: ServerResponse,
  error: AwsError,
  resource: string,
  isHead = false,
): void => {
  const id = randomUUID();
  if (isHead || error.status === 304) {
    response.writeHead(error.status, { 'x-amz-request-id': id }).end();
    return;
  }
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message><Resource>${escapeXml(resource)}</Resource><RequestId>${id}</RequestId></Error>`;
  response.writeHead(error.status, { 'content-type': 'application/xml', 'x-amz-request-id': id });
  response.end(text);
};

const report = (error: unknown, call: string): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`headrace-emulator: ${call} failed by a defect of the emulator: ${text}\n`);
};

/** What node calls it when the other side closes in mid-request; HTTP/1.1 and HTTP/2 differ. */
const hangUps = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const messageOf = (error: unknown, fallback: string): string =>
  error instanceof Error ? error.message : fallback;

const asAwsError = (error: unknown): AwsError =>
  error instanceof AwsError
    ? error
    : new AwsError('InternalFailure', messageOf(error, 'defect of the emulator'), 500);

/** Clients try again what is unavailable; the emulator itself says on stderr what is to be done. */
const diskFailed = (error: unknown): AwsError =>
  new AwsError(
    'ServiceUnavailable',
    `The emulator could not write to its data folder: ${messageOf(error, 'the disk failed')}`,
    503,
  );

/** Whatever a service threw, in the wire format of the protocol that was spoken. */
export const answerFailure = (
  options: EndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void => {
  // The client hung up, which is what failed: nobody waits for an answer, and nothing here is wrong.
  if ((request.destroyed || request.aborted) && hangUps.has(codeOf(error))) return;
  const call = callerOf(request);
  const failed = isDiskFailure(error);
  if (!(error instanceof AwsError) && !failed) {
    if (options.onError === undefined) report(error, `${call.service} ${call.operation}`);
    else options.onError(error, call);
  }
  if (response.headersSent) {
    // Half an answer is out: only cutting the connection tells the client so.
    response.destroy();
    return;
  }
  const known = failed ? diskFailed(error) : asAwsError(error);
  // Without reading the rest of the body the connection could not be used again.
  request.resume();
  if (call.protocol === 's3') sendS3Error(response, known, request.url ?? '/', request.method === 'HEAD');
  else if (call.protocol === 'query') sendQueryError(response, known);
  else sendJsonError(response, known, call.jsonVersion);
};
