import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Who may talk to the console. It works with the operator's credentials, so neither another user of this machine nor
 * a page of the web that the same browser shows may reach it.
 */
export interface Gate {
  port: number;
  /** stands in the address that the command prints */
  token: string;
  /** stands in the cookie that the address is exchanged for */
  session: string;
}

export type Verdict =
  | { let: 'in' }
  | { let: 'in with a cookie' }
  | { let: 'out'; status: number; why: string };

interface Request {
  method: string;
  path: string;
  token: string | null;
  headers: IncomingHttpHeaders;
}

const OPEN_AGAIN = 'Open the address that headrace console printed: it holds the token that this page needs.';

const out = (status: number, why: string): Verdict => ({ let: 'out', status, why });

/** Cookies of one host are shared by all its ports: each console has one of its own. */
const cookieName = ({ port }: Gate): string => `headrace-console-${port}`;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time for every wrong text. */
const same = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted));

const cookieOf = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([key]) => key === name)?.[1];

/** A name that somebody lets point to 127.0.0.1 is not ours. */
const hostsOf = ({ port }: Gate): string[] => [`127.0.0.1:${port}`, `localhost:${port}`];

export const judge = ({ method, path, token, headers }: Request, gate: Gate): Verdict => {
  const { host = '', origin } = headers;
  if (!hostsOf(gate).includes(host))
    return out(403, `The console answers at ${hostsOf(gate).join(' and ')} only.`);
  if (origin !== undefined && origin !== `http://${host}`)
    return out(403, 'The console answers to its own page only.');
  if (method !== 'GET' && method !== 'POST') return out(405, 'The console knows GET and POST only.');
  // Browsers send it with every POST.
  if (method === 'POST' && origin === undefined) return out(403, 'A POST needs the header Origin.');
  if (path === '/' && token !== null)
    return same(token, gate.token) ? { let: 'in with a cookie' } : out(401, OPEN_AGAIN);
  const cookie = cookieOf(headers.cookie, cookieName(gate));
  return cookie !== undefined && same(cookie, gate.session) ? { let: 'in' } : out(401, OPEN_AGAIN);
};

/** Nothing but what the console itself serves: no script of elsewhere or in the document, no connection, no frame. */
const policy = (nonce: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // The SQL editor writes its styles into the document, under this nonce.
    `style-src 'self'${nonce === undefined ? '' : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** What every answer says. */
export const guardHeaders = (nonce?: string): Record<string, string> => ({
  'content-security-policy': policy(nonce),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cache-control': 'no-store',
});

export const cookieOfSession = (gate: Gate): string =>
  `${cookieName(gate)}=${gate.session}; Path=/; HttpOnly; SameSite=Strict`;
