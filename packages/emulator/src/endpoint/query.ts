import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../iam/authority.ts';
import { permissionsFor } from '../iam/guard.ts';
import { escapeXml } from './answers.ts';
import { readBody } from './body.ts';
import type { Caller } from './caller.ts';
import type { Elements, QueryService } from './types.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** A call of the query protocol: the action and its fields are a form, the answer is XML. */
export const callQueryService = async (
  service: QueryService,
  access: Access | undefined,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const form = new URLSearchParams((await readBody(request, MAX_BODY_BYTES)).toString('utf8'));
  const { Action = '', ...fields } = Object.fromEntries(form);
  access?.permitOf(caller.accessKeyId)?.(
    ...permissionsFor(service.permissions, service.name, Action, fields),
  );
  const id = randomUUID();
  const result = xmlOf({ [`${Action}Result`]: service.call(Action, fields) });
  const about = xmlOf({ ResponseMetadata: { RequestId: id } });
  const xmlns = `http://${service.name}.amazonaws.com/doc/${service.version}/`;
  response.writeHead(200, { 'content-type': 'text/xml', 'x-amzn-requestid': id });
  response.end(`<${Action}Response xmlns="${xmlns}">${result}${about}</${Action}Response>`);
};

const xmlOf = (elements: Elements): string =>
  Object.entries(elements)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${contentOf(value)}</${name}>`))
    .join('');

const contentOf = (value: string | Elements | readonly Elements[]): string => {
  if (typeof value === 'string') return escapeXml(value);
  return isList(value) ? value.map(xmlOf).join('') : xmlOf(value);
};

const isList = (value: Elements | readonly Elements[]): value is readonly Elements[] => Array.isArray(value);
