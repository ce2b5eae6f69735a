import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer } from './answer.ts';
import type { Cors } from './api.ts';

/** A browser's question before the request proper; the API answers it itself, no function sees it. */
export const isPreflight = (method: string, headers: IncomingHttpHeaders): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;

/** To an origin that is not allowed: a 204 without a permission. */
export const preflightAnswer = (cors: Cors, origin: string | undefined): HttpAnswer => {
  const allowed = allowedOrigin(cors, origin);
  const headers: Record<string, string> = {};
  if (allowed) {
    headers['access-control-allow-origin'] = allowed;
    if (cors.methods.length > 0) headers['access-control-allow-methods'] = cors.methods.join(',');
    if (cors.headers.length > 0) headers['access-control-allow-headers'] = cors.headers.join(',');
    if (cors.maxAgeSeconds !== undefined) headers['access-control-max-age'] = String(cors.maxAgeSeconds);
    if (cors.credentials) headers['access-control-allow-credentials'] = 'true';
  }
  return { status: 204, headers, cookies: [], body: Buffer.alloc(0) };
};

/** With CORS configured the API's own headers stand instead of the function's. */
export const withCors = (answer: HttpAnswer, cors: Cors, origin: string | undefined): HttpAnswer => {
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const headers: Record<string, string> = Object.fromEntries(own);
  const allowed = allowedOrigin(cors, origin);
  if (allowed) {
    headers['access-control-allow-origin'] = allowed;
    if (cors.exposed.length > 0) headers['access-control-expose-headers'] = cors.exposed.join(',');
    if (cors.credentials) headers['access-control-allow-credentials'] = 'true';
  }
  return { ...answer, headers };
};

const allowedOrigin = (cors: Cors, origin: string | undefined): string | undefined => {
  if (origin === undefined) return undefined;
  if (cors.origins.includes('*')) return '*';
  const matches = (allowed: string): boolean =>
    allowed === origin || (allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1)));
  return cors.origins.some(matches) ? origin : undefined;
};
