import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../contracts.ts';
import type { HostedService } from '../fauxqs/service.ts';
import { permissionsFor } from '../iam/guard.ts';
import { sns } from '../sns/service.ts';
import { sqs } from '../sqs/service.ts';
import { sts } from '../sts/service.ts';
import { readBody } from './body.ts';
import type { Caller } from './caller.ts';
import { withBody } from './interfere.ts';
import type { EndpointOptions } from './types.ts';

/** A batch of SQS is at most 1 MiB; form encoding can treble it. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Services that fauxqs answers for, by their names in signatures. */
export const hostedServices: ReadonlyMap<string, HostedService> = new Map(
  [sns, sqs, sts].map((service) => [service.name, service]),
);

/** SQS, SNS and STS. The body of a limited caller is read first: it says what is asked for. */
export const callMessaging = async (
  options: EndpointOptions,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const permit = options.access?.permitOf(caller.accessKeyId);
  if (permit === undefined) return options.messaging(request, response);
  const body = await readBody(request, MAX_BODY_BYTES);
  const { operation, input } = readCall(caller, body.toString('utf8'));
  permit(
    ...permissionsFor(
      hostedServices.get(caller.service)?.permissions ?? {},
      caller.service,
      operation,
      input,
    ),
  );
  return options.messaging(withBody(request, body), response);
};

/** The query protocol has the operation in the form, as `Action`. */
const readCall = (caller: Caller, body: string): { operation: string; input: JsonObject } => {
  if (caller.protocol === 'query') {
    const input = Object.fromEntries(new URLSearchParams(body));
    return { operation: input.Action ?? '', input };
  }
  // JSON.parse of an object gives JSON values; a body that is none fails here as it would in the service.
  return { operation: caller.operation, input: JSON.parse(body) as JsonObject };
};
