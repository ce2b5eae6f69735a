import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { CliError } from '../../client/failure.ts';
import { answerCall } from './answer.ts';
import { cookieOfSession, type Gate, guardHeaders, judge } from './gate.ts';
import type { PageFile } from './page.ts';
import type { ConsoleStage } from './stage.ts';

export interface RunningConsole {
  /** with the token: whoever has it may use the console */
  address: string;
  port: number;
  close(): Promise<void>;
}

const secret = (): string => randomBytes(24).toString('base64url');

const sayOut = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { ...guardHeaders(), 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
};

const NONCE = '%NONCE%';

/** The document gets a nonce of its own each time. */
const sendPage = (response: ServerResponse, page: PageFile, extra: Record<string, string>): void => {
  const nonce = randomBytes(16).toString('base64');
  response.writeHead(200, { ...guardHeaders(nonce), ...extra, 'content-type': page.type });
  response.end(page.body.toString('utf8').replaceAll(NONCE, nonce));
};

const sendFile = (response: ServerResponse, file: PageFile): void => {
  response.writeHead(200, { ...guardHeaders(), 'content-type': file.type });
  response.end(file.body);
};

interface Served {
  stage: ConsoleStage;
  /** by path */
  files: ReadonlyMap<string, PageFile>;
  gate: Gate;
}

const isJson = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.split(';')[0]?.trim() === 'application/json';

const serve = async (request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> => {
  const { stage, files, gate } = served;
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://console');
  const method = request.method ?? '';
  const verdict = judge({ method, path, token: searchParams.get('token'), headers: request.headers }, gate);
  if (verdict.let === 'out') return sayOut(response, verdict.status, verdict.why);
  if (method === 'POST') {
    const call = /^\/api\/(\w+)$/.exec(path)?.[1];
    if (call === undefined) return sayOut(response, 404, 'There is nothing here.');
    if (!isJson(request)) return sayOut(response, 415, 'A call needs content-type: application/json.');
    return answerCall(call, stage, request, response);
  }
  const file = files.get(path === '/' ? '/index.html' : path);
  if (file === undefined) return sayOut(response, 404, 'There is nothing here.');
  if (path !== '/') return sendFile(response, file);
  sendPage(response, file, verdict.let === 'in' ? {} : { 'set-cookie': cookieOfSession(gate) });
};

const bound = z.object({ port: z.number() });
const taken = z.object({ code: z.literal('EADDRINUSE') });

const listening = (server: ReturnType<typeof createServer>, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        taken.safeParse(cause).success
          ? new CliError(`--port: ${port} is in use.`, 'Name another one, or leave --port away.', { cause })
          : cause,
      );
    });
    server.listen(port, '127.0.0.1', () => resolve(bound.parse(server.address()).port));
  });

/** Serves the page and its calls on loopback. Port 0: any free one. */
export const startConsole = async ({
  stage,
  files,
  port,
}: Omit<Served, 'gate'> & { port: number }): Promise<RunningConsole> => {
  const gate = { port, token: secret(), session: secret() };
  const server = createServer((request, response) => {
    serve(request, response, { stage, files, gate }).catch((error: unknown) =>
      response.destroy(asError(error)),
    );
  });
  gate.port = await listening(server, port);
  return {
    address: `http://127.0.0.1:${gate.port}/?token=${gate.token}`,
    port: gate.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
