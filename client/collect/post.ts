import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, messageOf } from '../failure.ts';

/** Where events go: the collector's URL (`http://…`, without path) and the write key of the source. */
export interface Collector {
  url: string;
  writeKey: string;
}

export interface CollectorRequest {
  path: string;
  contentType: string;
  body: Uint8Array | string;
  gzip?: boolean;
}

export interface CollectorAnswer {
  status: number;
  body: unknown;
}

export interface PostOptions {
  signal?: AbortSignal;
  /** Called before each further try. */
  onRetry?: () => void;
}

export const MAX_TRIES = 8;
export const FIRST_WAIT_MS = 200;
export const LONGEST_WAIT_MS = 10_000;

/**
 * One request, tried again while the collector cannot take it (429, 5xx, a broken connection), as any decent client
 * does: the ids in the body make that safe. Any other answer is returned as it came.
 */
export const post = async (
  collector: Collector,
  request: CollectorRequest,
  options: PostOptions = {},
): Promise<CollectorAnswer> => {
  for (let attempt = 1; ; attempt++) {
    const answer = await tryOnce(collector, request, options.signal);
    const busy = answer instanceof Error || answer.status === 429 || answer.status >= 500;
    if (!busy) return answer;
    if (attempt === MAX_TRIES) throw givingUp(collector, answer);
    options.onRetry?.();
    const asked = answer instanceof Error ? 0 : answer.retryAfterMs;
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * Math.random();
    await sleep(Math.max(asked, backoff), undefined, options.signal ? { signal: options.signal } : {});
  }
};

interface Answer extends CollectorAnswer {
  retryAfterMs: number;
}

const tryOnce = async (
  collector: Collector,
  request: CollectorRequest,
  signal?: AbortSignal,
): Promise<Answer | Error> => {
  try {
    const response = await fetch(`${collector.url}${request.path}`, {
      method: 'POST',
      headers: {
        'content-type': request.contentType,
        authorization: `Basic ${Buffer.from(`${collector.writeKey}:`).toString('base64')}`,
        ...(request.gzip ? { 'content-encoding': 'gzip' } : {}),
      },
      body: request.body,
      ...(signal ? { signal } : {}),
    });
    const text = await response.text();
    const retryAfter = Number(response.headers.get('retry-after') ?? 0);
    return {
      status: response.status,
      body: parsed(text),
      retryAfterMs: Number.isFinite(retryAfter) ? Math.min(retryAfter * 1000, LONGEST_WAIT_MS) : 0,
    };
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const givingUp = (collector: Collector, last: Answer | Error): CliError =>
  last instanceof Error
    ? new CliError(
        `The collector at ${collector.url} cannot be reached: ${messageOf(last)}`,
        'Is the stage running?',
        {
          cause: last,
        },
      )
    : new CliError(
        `The collector at ${collector.url} still answers ${last.status} after ${MAX_TRIES} tries: ${JSON.stringify(last.body)}`,
        'Nothing sent so far is lost; send the same file again later: ids are kept, so nothing is counted twice.',
      );
