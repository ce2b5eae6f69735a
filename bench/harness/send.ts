import { Agent, request } from 'node:http';

export type Send = (body: Buffer) => Promise<void>;

/**
 * Sends bodies to a collector over connections that stay open. A 429 or 503 is sent again, as any client does; any other
 * answer than 202 ends the run.
 */
export const sender = (endpoint: string, writeKey: string, connections: number): Send & { close(): void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  const once = (body: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { authorization, 'content-type': 'application/json', 'content-length': body.length };
      const sent = request(`${endpoint}/v1/events`, { method: 'POST', agent, headers }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const send = async (body: Buffer): Promise<void> => {
    for (let status = 0; status !== 202; ) {
      status = await once(body);
      if (status !== 202 && status !== 429 && status !== 503)
        throw new Error(`The collector answered ${status}.`);
    }
  };
  return Object.assign(send, { close: () => agent.destroy() });
};
