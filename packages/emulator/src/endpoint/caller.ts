import type { IncomingMessage } from 'node:http';
import type { ApiCall } from './types.ts';

export interface Caller extends ApiCall {
  protocol: 'json' | 'query' | 's3';
  /** Prefix of X-Amz-Target: which service of the awsJson protocols is meant. */
  targetPrefix: string | undefined;
  jsonVersion: '1.0' | '1.1';
}

/** `Credential=AKID/20261101/us-east-1/glue/aws4_request`, in the header or, percent-encoded, in a presigned URL. */
const credentialPattern = /Credential=([^/,&\s]+?)(?:\/|%2F)\d{8}(?:\/|%2F)[^/%]+(?:\/|%2F)([a-z0-9-]+)/;

/** Names of the services in signatures that differ from those of the emulator. */
const targetServices: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  Kinesis_20131202: 'kinesis',
  AWSGlue: 'glue',
  AmazonAthena: 'athena',
  AWSStepFunctions: 'states',
};

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const s3Operation = (request: IncomingMessage): string => {
  const [path = '/'] = (request.url ?? '/').split('?');
  const depth = path.split('/').filter((part) => part !== '').length;
  const subject = depth === 0 ? 'service' : depth === 1 ? 'bucket' : 'object';
  return `${request.method} ${subject}`;
};

/** Signature version 2, of S3 only: `AWS AKID:signature`, or in a presigned URL `AWSAccessKeyId=AKID&…&Signature=`. */
const version2 = {
  header: /^AWS ([^:\s]+):/,
  url: /[?&]AWSAccessKeyId=([^&]+)/,
};

const version2Key = ({ headers, url = '' }: IncomingMessage): string | undefined => {
  const presigned = /[?&]Signature=/.test(url) ? version2.url.exec(url)?.[1] : undefined;
  return version2.header.exec(headers.authorization ?? '')?.[1] ?? presigned;
};

/** AWS clients sign what they send; nobody signs a request to an HTTP API. */
export const isSigned = (request: IncomingMessage): boolean =>
  request.headers.authorization?.startsWith('AWS4-') === true ||
  request.url?.includes('X-Amz-Signature=') === true ||
  version2Key(request) !== undefined;

/** Who calls what, from the headers alone: signatures are not checked, the emulator trusts its machine. */
export const callerOf = (request: IncomingMessage): Caller => {
  const credential =
    credentialPattern.exec(header(request, 'authorization') ?? '') ??
    credentialPattern.exec(request.url ?? '');
  const accessKeyId = credential?.[1] ?? decodedKey(version2Key(request)) ?? 'anonymous';
  const scope = credential?.[2];
  const [targetPrefix, action] = splitTarget(header(request, 'x-amz-target'));
  const contentType = header(request, 'content-type') ?? '';
  const jsonVersion = contentType.includes('json-1.0') ? '1.0' : '1.1';
  if (targetPrefix !== undefined) {
    const service = targetServices[targetPrefix] ?? scope ?? targetPrefix;
    return { service, operation: action, accessKeyId, protocol: 'json', targetPrefix, jsonVersion };
  }
  const isForm = request.method === 'POST' && contentType.includes('application/x-www-form-urlencoded');
  if (isForm && (request.url === '/' || (scope !== undefined && scope !== 's3'))) {
    return {
      service: scope ?? 'sns',
      operation: '',
      accessKeyId,
      protocol: 'query',
      targetPrefix,
      jsonVersion,
    };
  }
  if (scope !== undefined && !scope.startsWith('s3')) {
    const operation = `${request.method} ${request.url}`;
    return { service: scope, operation, accessKeyId, protocol: 'json', targetPrefix, jsonVersion };
  }
  const operation = s3Operation(request);
  return { service: 's3', operation, accessKeyId, protocol: 's3', targetPrefix, jsonVersion };
};

const decodedKey = (key: string | undefined): string | undefined =>
  key === undefined ? undefined : (new URLSearchParams(`key=${key}`).get('key') ?? key);

const splitTarget = (target: string | undefined): [string | undefined, string] => {
  if (target === undefined) return [undefined, ''];
  const dot = target.lastIndexOf('.');
  return dot < 0 ? [target, ''] : [target.slice(0, dot), target.slice(dot + 1)];
};
