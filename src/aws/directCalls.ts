import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { isObject, type JsonObject } from '../json/parse.ts';
import { Signer } from './signature.ts';

/** How the SDK makes a call of one operation: where to, with which headers, signed for what. */
interface Learned {
  place: Pick<HttpRequest, 'protocol' | 'hostname' | 'port'>;
  /** those that every call has the same */
  headers: Record<string, string>;
  signer: Signer;
}

/** Everything else that the SDK sends is about one call: its length, time, signature, number and trace. */
const sameInEveryCall = ['host', 'content-type', 'x-amz-target', 'user-agent', 'x-amz-user-agent'];

/** Undefined for a request of another kind than AWS's JSON services have, which is then left to the SDK. */
const learn = (request: unknown): Learned | undefined => {
  if (!HttpRequest.isInstance(request)) return undefined;
  const { method, protocol, hostname, port, path, headers } = request;
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(
    headers.authorization ?? '',
  );
  if (method !== 'POST' || path !== '/' || scope === null || headers.host === undefined) return undefined;
  const [, region = '', service = ''] = scope;
  const kept = sameInEveryCall.flatMap((name) =>
    headers[name] === undefined ? [] : [[name, headers[name]]],
  );
  const place = { protocol, hostname, ...(port === undefined ? {} : { port }) };
  return { place, headers: Object.fromEntries(kept), signer: new Signer(region, service) };
};

const jsonOf = (bytes: Uint8Array): JsonObject => {
  const value: unknown = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'),
  );
  return isObject(value) ? value : {};
};

/** An error answer as the SDK's own errors are: `name`, `message`, `$metadata`. */
const failureOf = ({ statusCode, headers }: HttpResponse, bytes: Uint8Array): Error => {
  let told: JsonObject = {};
  try {
    told = jsonOf(bytes);
  } catch {
    // A proxy's page, or nothing: the status says enough.
  }
  const type = [told.__type, told.code, headers['x-amzn-errortype']].find((one) => typeof one === 'string');
  const name = type?.split(/[:,]/, 1).join('').split('#').at(-1) ?? 'Unknown';
  const message = [told.message, told.Message].find((one) => typeof one === 'string') ?? 'UnknownError';
  const requestId = headers['x-amzn-requestid'];
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: statusCode, requestId } });
};

/**
 * Calls of one operation that go out without the SDK's stack, which costs two thirds of what a small call costs (docs/
 * decisions/070). The first call is the SDK's: it decides on endpoint, region and headers, and here is remembered what
 * it decided. The connection, the credentials and the corrected clock are the client's all along.
 *
 * After an answer that is not a success the next call is the SDK's again: it may know better by then (another endpoint,
 * a clock that is off).
 */
export class DirectCalls {
  readonly #client: KinesisClient;
  #learned: Learned | undefined;

  /** `client`: makes calls of one operation only */
  constructor(client: KinesisClient) {
    this.#client = client;
    // Outermost of the last step: the request is signed, and a failure has become an error.
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        this.#learned = learn(args.request);
        return result;
      },
      { step: 'deserialize', priority: 'high', name: 'learnDirectCalls' },
    );
  }

  /** Whether a call can go without the SDK. */
  get ready(): boolean {
    return this.#learned !== undefined;
  }

  /** The answer to a call with this body. Throws as the SDK does. Only when ready. */
  async call(body: Uint8Array): Promise<JsonObject> {
    const { config } = this.#client;
    const learned = this.#learned;
    if (learned === undefined) throw new Error('No call has been made by the SDK yet.');
    const { place, headers, signer } = learned;
    const now = new Date(Date.now() + config.systemClockOffset);
    const sized = { ...headers, 'content-length': String(body.length) };
    const signed = signer.signed(sized, body, await config.credentials(), now);
    const request = new HttpRequest({ ...place, method: 'POST', path: '/', headers: signed, body });
    const { response } = await config.requestHandler.handle(request);
    const answer = await config.streamCollector(response.body);
    if (response.statusCode === 200) return jsonOf(answer);
    this.#learned = undefined;
    throw failureOf(response, answer);
  }
}
