import { AwsError, type JsonObject } from '../../contracts.ts';
import type { LambdaApiOptions } from '../core.ts';
import { functionNameOf } from '../runtime.ts';

const mostItems = 100;

/** ListEventSourceMappings: by source and function, in pages. The marker is the UUID to go on after. */
export const listMappings = ({ mappings }: LambdaApiOptions, query: URLSearchParams): JsonObject => {
  const [source, name, marker] = ['EventSourceArn', 'FunctionName', 'Marker'].map((key) => query.get(key));
  const wanted = mappings().filter(
    ({ EventSourceArn, FunctionArn }) =>
      (!source || EventSourceArn === source) &&
      (!name || functionNameOf(String(FunctionArn)) === functionNameOf(name)),
  );
  const start = marker ? wanted.findIndex(({ UUID }) => UUID === marker) + 1 : 0;
  if (marker && start === 0)
    throw new AwsError('InvalidParameterValueException', `Invalid Marker: ${marker}`);
  const end = start + Math.min(Number(query.get('MaxItems') || mostItems), mostItems);
  const page = wanted.slice(start, end);
  const last = page.at(-1)?.UUID;
  return {
    EventSourceMappings: page,
    ...(end < wanted.length && last !== undefined ? { NextMarker: last } : {}),
  };
};
