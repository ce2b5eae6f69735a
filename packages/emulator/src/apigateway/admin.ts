import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../contracts.ts';
import type { Deliveries } from '../firehose/deliveries.ts';
import type { FunctionStats } from '../lambda/functionPool.ts';
import type { Mappings } from '../lambda/mappings/mappings.ts';
import type { Fired, Schedule } from '../scheduler/firing.ts';

/** The stage's own paths, beside those of AWS. */
export const ADMIN_PATH = '/_emulator/';

interface AdminOptions {
  about(): object;
  mappings: Mappings;
  deliveries: Deliveries;
  stats(): Record<string, FunctionStats>;
  schedules: readonly Schedule[];
  fire(name: string): Promise<Fired[]>;
}

/**
 * `health`; `mappings` (lag per shard; `?wait=idle` answers when nothing waits any more, with `&function=NAME` for that
 * function alone); `functions` (calls, errors, memory); `deliveries` of Firehose, as mappings; `schedules`;
 * `POST schedules/<name>/fire`. Answers JSON; `{"message": …}` when something is wrong.
 */
export const createAdmin =
  (options: AdminOptions) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = await answer(options, request, response).catch(failure);
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  };

const answer = async (
  options: AdminOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ status: number; body: object }> => {
  request.resume();
  const url = new URL(request.url ?? '', 'http://127.0.0.1');
  const [what, name, action] = url.pathname.slice(ADMIN_PATH.length).split('/').map(decodeURIComponent);
  if (what === 'health') return { status: 200, body: { status: 'ok', ...options.about() } };
  if (what === 'functions') return { status: 200, body: { functions: options.stats() } };
  if (what === 'mappings') {
    if (url.searchParams.get('wait') === 'idle')
      await options.mappings.idle(hungUp(response), url.searchParams.get('function') ?? undefined);
    return { status: 200, body: { mappings: options.mappings.status() } };
  }
  if (what === 'deliveries') {
    if (url.searchParams.get('wait') === 'idle') await options.deliveries.idle(hungUp(response));
    return { status: 200, body: { deliveries: options.deliveries.status() } };
  }
  if (what === 'schedules' && !name) return { status: 200, body: { schedules: options.schedules } };
  if (what === 'schedules' && name && action === 'fire') {
    if (request.method !== 'POST') return { status: 405, body: { message: 'Fire a schedule with POST' } };
    return { status: 200, body: { fired: await options.fire(name) } };
  }
  return { status: 404, body: { message: `The stage has no ${url.pathname}` } };
};

/** Aborted when the client goes away. The answer tells, not the connection: that one outlives many requests. */
const hungUp = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  response.once('close', () => controller.abort(new Error('The client has gone')));
  return controller.signal;
};

const failure = (error: unknown): { status: number; body: object } => {
  const message = error instanceof Error ? error.message : String(error);
  return { status: error instanceof AwsError ? error.status : 500, body: { message } };
};
