import { expect, test } from '@jest/globals';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { Signer } from '../../src/aws/signature.ts';
import { fc } from '../helpers/fastCheck.ts';

const ascii = fc.stringMatching(/^[!-~]{1,40}$/);
const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
const call = fc.record({
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1'),
  service: fc.constantFrom('kinesis', 'dynamodb'),
  headers: fc.record({ host: ascii, 'x-amz-target': ascii, 'user-agent': ascii, 'content-length': ascii }),
  body: fc.uint8Array({ maxLength: 300 }),
  // Two days and two keys: what is derived from them is kept.
  credentials: fc.record({
    accessKeyId: fc.constantFrom('AKIDONE', 'AKIDTWO'),
    secretAccessKey: fc.constantFrom('one', 'two'),
    sessionToken: fc.option(ascii, { nil: undefined }),
  }),
  at: fc.oneof(instant, fc.constantFrom(new Date('2026-11-01T23:59:59Z'), new Date('2026-11-02T00:00:00Z'))),
});

test("a request has the same signature as AWS's SDK gives it", async () => {
  const signers = new Map<string, Signer>();
  await fc.assert(
    fc.asyncProperty(call, async ({ region, service, headers, body, credentials, at }) => {
      const { sessionToken, ...keys } = credentials;
      const known = sessionToken === undefined ? keys : { ...keys, sessionToken };
      const sdk = new SignatureV4({ region, service, credentials: known, sha256: Sha256 });
      const theirs = await sdk.sign(
        new HttpRequest({ method: 'POST', path: '/', headers: { ...headers }, body }),
        { signingDate: at },
      );
      const signer = signers.get(`${region}/${service}`) ?? new Signer(region, service);
      signers.set(`${region}/${service}`, signer);
      expect(signer.signed(headers, body, credentials, at)).toEqual(theirs.headers);
    }),
    { numRuns: 300 },
  );
});
