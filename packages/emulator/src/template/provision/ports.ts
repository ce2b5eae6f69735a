import type { CloudWatch } from '../../cloudwatch/service.ts';
import { AwsError, type JsonObject, type JsonService, type LocalObjects } from '../../contracts.ts';
import type { Firehose } from '../../firehose/service.ts';
import type { Logs } from '../../logs/service.ts';
import type { Rds } from '../../rds/service.ts';
import type { TemplateResource } from '../resolveTemplate.ts';

/** What provisioning calls: the emulator's own services, in process where they allow it, else over its endpoint. */
export interface Services {
  objects: LocalObjects & { createBucket(bucket: string): void };
  kinesis: JsonService;
  firehose: Pick<Firehose, 'deploy'>;
  glue: JsonService;
  athena: JsonService;
  states: { deploy(name: string, definition: string, roleArn: string): string };
  cloudwatch: Pick<CloudWatch, 'deployAlarm'>;
  logs: Pick<Logs, 'deploy'>;
  rds: Pick<Rds, 'deploy'>;
  /** `http://127.0.0.1:<port>`: DynamoDB, SQS and SNS are reached over it */
  endpoint: string;
}

/** Brings a resource to what the template says; on what is there already it changes nothing. */
export type Provisioner = (resource: TemplateResource, services: Services) => Promise<void> | void;

/** Only fakes the look of a signature: the local services ask for one and believe it. */
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=emulator/20260101/us-east-1';

/** A call of an awsJson service over the endpoint. Throws AwsError as the service answers it. */
export const callOverHttp = async (
  endpoint: string,
  target: string,
  service: string,
  input: JsonObject,
): Promise<JsonObject> =>
  send(endpoint, service, JSON.stringify(input), {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
  });

/** A call of the query protocol (SNS). Its XML answer is not read. */
export const callQuery = async (
  endpoint: string,
  service: string,
  parameters: Record<string, string>,
): Promise<void> => {
  const body = new URLSearchParams(parameters).toString();
  await send(endpoint, service, body, { 'content-type': 'application/x-www-form-urlencoded' });
};

const send = async (
  endpoint: string,
  service: string,
  body: string,
  headers: Record<string, string>,
): Promise<JsonObject> => {
  const response = await fetch(endpoint, {
    method: 'POST',
    body,
    headers: {
      ...headers,
      'x-amz-date': '20260101T000000Z',
      authorization: `${SIGNATURE}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
    },
  });
  const text = await response.text();
  if (response.ok) return text.startsWith('{') ? JSON.parse(text) : {};
  const {
    __type = 'ServiceFailure',
    message,
    Message,
  } = text.startsWith('{') ? JSON.parse(text) : { message: text };
  throw new AwsError(
    String(__type).split('#').at(-1) ?? 'ServiceFailure',
    message ?? Message ?? text,
    response.status,
  );
};

const asStage = { accessKeyId: 'emulator' };

export const call = (service: JsonService, action: string, input: JsonObject): Promise<JsonObject> =>
  service.call(action, input, asStage);

/** What `ask` finds, or undefined when the service answers that it is not there. */
export const found = async (
  ask: () => Promise<JsonObject>,
  notFound: readonly string[],
): Promise<JsonObject | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AwsError && notFound.includes(error.code)) return undefined;
    throw error;
  }
};

/** `{…}` of a property, or nothing. */
export const objectOf = (value: JsonObject[string] | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
