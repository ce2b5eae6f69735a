import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Proxies on the way may change it, so AWS's SDK does not sign it either. */
const UNSIGNED = 'user-agent';

const hmac = (key: string | Buffer | KeyObject, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** `20261101T120000Z` */
const timeOf = (at: Date): string =>
  `${at.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`;

/** AWS's Signature Version 4 for POSTs to `/`, which is what every call of a JSON service is. */
export class Signer {
  readonly #region: string;
  readonly #service: string;
  /** A key holds for a day: it is derived once. */
  #key: { day: string; secret: string; value: KeyObject } | undefined;

  constructor(region: string, service: string) {
    this.#region = region;
    this.#service = service;
  }

  /** The given headers (names in lower case, `host` among them) and those that sign them together with the body. */
  signed(
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    credentials: Credentials,
    at: Date,
  ): Record<string, string> {
    const time = timeOf(at);
    const day = time.slice(0, 8);
    const digest = hash('sha256', body);
    const all: Record<string, string> = { ...headers, 'x-amz-content-sha256': digest, 'x-amz-date': time };
    if (credentials.sessionToken !== undefined) all['x-amz-security-token'] = credentials.sessionToken;
    const names = Object.keys(all)
      .filter((name) => name !== UNSIGNED)
      .sort();
    const lines = names.map((name) => `${name}:${all[name]}\n`).join('');
    const signedNames = names.join(';');
    const scope = `${day}/${this.#region}/${this.#service}/aws4_request`;
    const request = hash('sha256', `POST\n/\n\n${lines}\n${signedNames}\n${digest}`);
    const key = this.#keyOf(day, credentials.secretAccessKey);
    const signature = hmac(key, `${ALGORITHM}\n${time}\n${scope}\n${request}`).toString('hex');
    const credential = `Credential=${credentials.accessKeyId}/${scope}`;
    all.authorization = `${ALGORITHM} ${credential}, SignedHeaders=${signedNames}, Signature=${signature}`;
    return all;
  }

  #keyOf(day: string, secret: string): KeyObject {
    if (this.#key?.day !== day || this.#key.secret !== secret) {
      const parts = [day, this.#region, this.#service, 'aws4_request'];
      const derived = parts.reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`);
      // A Buffer holds for createSecretKey; the reduce starts with a text and ends with one never.
      this.#key = { day, secret, value: createSecretKey(Buffer.from(derived)) };
    }
    return this.#key.value;
  }
}
