import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A browser lets any page send requests to this machine. Two kinds give a page away. A name that is not this machine's
 * in Host: its owner points it here for a moment (DNS rebinding), and then reads what we answer. And the headers with
 * which a browser says that a page is calling. SDKs, the CLI and curl send neither.
 */

const ownHost =
  /^(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\]|host\.docker\.internal)\.?(:\d{1,5})?$/i;

/** The host that a request is for, when it is a name that is not this machine's. */
const foreignHost = ({ headers }: IncomingMessage): string | undefined =>
  [headers[':authority'], headers.host].flat().find((host) => host !== undefined && !ownHost.test(host));

/** Whether a page in a browser has sent it, wherever the page comes from. */
const isFromPage = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || !['none', undefined].includes(headers['sec-fetch-site']?.toString());

const refuse = (request: IncomingMessage, response: ServerResponse, message: string): true => {
  request.resume();
  response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  return true;
};

/** Answers a request under a foreign name, and says that it did. */
export const refuseForeignHost = (request: IncomingMessage, response: ServerResponse): boolean => {
  const host = foreignHost(request);
  if (host === undefined) return false;
  const what = `The emulator does not answer under the name ${JSON.stringify(host)}.`;
  return refuse(request, response, `${what} Use http://127.0.0.1 or http://localhost, with its port.`);
};

/** Answers a request of a web page for anything but the HTTP API, and says that it did. */
export const refusePage = (request: IncomingMessage, response: ServerResponse): boolean =>
  isFromPage(request) &&
  refuse(
    request,
    response,
    "The emulator takes requests of web pages (Origin, Sec-Fetch-Site) only for the routes of the HTTP API. Call AWS's APIs from a program.",
  );
