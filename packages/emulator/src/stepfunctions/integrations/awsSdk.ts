import { isObject, type Json, type JsonObject } from 'headrace-asl';
import { inputObject } from './input.ts';
import type { Integration, ServiceNames } from './integration.ts';
import { timesAs } from './times.ts';

interface SdkService extends ServiceNames {
  /** Step Functions shows every member in PascalCase; this service's wire has them in camelCase. */
  camelCase?: boolean;
  /** Members that are blobs: a text or an object to Step Functions, base64 on the wire. */
  blobs?: readonly string[];
}

/** Services of the emulator that speak JSON, by the name `arn:aws:states:::aws-sdk:<name>:…` has for them. */
const services: { readonly [name: string]: SdkService } = {
  athena: { name: 'athena', errors: 'Athena' },
  glue: { name: 'glue', errors: 'Glue' },
  kinesis: { name: 'kinesis', errors: 'Kinesis', blobs: ['Data'] },
  sfn: { name: 'states', errors: 'Sfn', camelCase: true },
};

export const sdkServices = Object.keys(services);

/** `aws-sdk:glue:startCrawler`: the API's action, PascalCase in and out. undefined for a service we do not have. */
export const sdkAction = (serviceName: string, action: string): Integration | undefined => {
  const service = Object.hasOwn(services, serviceName) ? services[serviceName] : undefined;
  if (service === undefined) return undefined;
  const operation = recase(action, 'toUpperCase');
  return async (around, call) => {
    const answer = await around.callService(call, service, operation, onTheWire(service, inputObject(call)));
    return timesAs('iso', service.camelCase ? renamed(answer, 'toUpperCase') : answer);
  };
};

const onTheWire = (service: SdkService, input: JsonObject): JsonObject => {
  const blobs = service.blobs ?? [];
  const encoded = blobs.length === 0 ? input : encodeBlobs(blobs, input);
  const wire = service.camelCase ? renamed(encoded, 'toLowerCase') : encoded;
  return isObject(wire) ? wire : {};
};

const encodeBlobs = (blobs: readonly string[], value: Json): Json => {
  if (Array.isArray(value)) return value.map((item) => encodeBlobs(blobs, item));
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(([key, inner]): [string, Json] => {
    if (!blobs.includes(key)) return [key, encodeBlobs(blobs, inner)];
    const text = typeof inner === 'string' ? inner : JSON.stringify(inner);
    return [key, Buffer.from(text).toString('base64')];
  });
  return Object.fromEntries(fields);
};

type Case = 'toUpperCase' | 'toLowerCase';

const renamed = (value: Json, to: Case): Json => {
  if (Array.isArray(value)) return value.map((item) => renamed(item, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [recase(key, to), renamed(inner, to)]),
  );
};

const recase = (name: string, to: Case): string => name.charAt(0)[to]() + name.slice(1);
