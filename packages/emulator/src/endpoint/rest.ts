import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type JsonObject } from '../contracts.ts';
import type { Access } from '../iam/authority.ts';
import { permissionsFor } from '../iam/guard.ts';
import { sendJson } from './answers.ts';
import type { Caller } from './caller.ts';
import type { RestService } from './types.ts';

/** A call of a REST service: method and path say the action; labels of the path and the query are its input. */
export const callRestService = (
  service: RestService,
  access: Access | undefined,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  request.resume();
  const { action, input } = actionOf(service, request);
  access?.permitOf(caller.accessKeyId)?.(...permissionsFor(service.permissions, service.name, action, input));
  sendJson(response, 200, service.call(action, input), { 'content-type': 'application/json' });
};

const actionOf = (
  { name, routes }: RestService,
  { method = 'GET', url = '/' }: IncomingMessage,
): { action: string; input: JsonObject } => {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  for (const [route, action] of Object.entries(routes)) {
    const labels = labelsOf(route, `${method} ${pathname.replace(/(?<=.)\/$/, '')}`);
    if (labels) return { action, input: { ...Object.fromEntries(searchParams), ...labels } };
  }
  const known = [...new Set(Object.values(routes))].sort().join(', ');
  throw new AwsError(
    'UnknownOperationException',
    `Emulator: ${name} ${method} ${pathname} is not emulated. Emulated: ${known}. See docs/differences.md of headrace-emulator.`,
    404,
  );
};

/** `{Name}` of a route stands for one segment of the path. */
const labelsOf = (route: string, asked: string): JsonObject | undefined => {
  const [wanted, given] = [route.split('/'), asked.split('/')];
  if (wanted.length !== given.length) return undefined;
  const labels: JsonObject = {};
  for (const [index, segment] of wanted.entries()) {
    const said = given[index] ?? '';
    const label = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (label !== undefined && said !== '') labels[label] = decodeURIComponent(said);
    else if (segment !== said) return undefined;
  }
  return labels;
};
