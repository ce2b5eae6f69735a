import { describe, expect, test } from '@jest/globals';
import { bodyOf } from '../../src/collect/body.ts';
import { requestOf } from '../../src/collect/httpApi.ts';
import { MAX_BODY_BYTES, MAX_OPENERS } from '../../src/collect/limits.ts';
import { fc } from '../helpers/fastCheck.ts';

const headers = new Map<string, string>();
const ofText = (body: string) => bodyOf({ headers, body });
const ofBytes = (body: string) => bodyOf({ headers, body: Buffer.from(body) });

describe('a body that API Gateway gives as text', () => {
  test('is the text that its bytes would be', () => {
    // With lone surrogates, which no UTF-8 has, and with marks of byte order, of which the first is none of the text.
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('\ufeff', '\ud83d', '\ude00', '\u001f\u008b', 'é'),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), (parts) => {
        const text = parts.join('');
        expect(ofText(text)).toEqual(ofBytes(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['a', 'é', '€', '😀'])('of «%s» is too large as soon as its bytes are', (character) => {
    const width = Buffer.byteLength(character);
    const fits = character.repeat(MAX_BODY_BYTES / width);
    expect(ofText(fits)).toEqual({ text: fits, replaced: false });
    const last = `${character.repeat(Math.floor(MAX_BODY_BYTES / width))}${'a'.repeat((MAX_BODY_BYTES % width) + 1)}`;
    expect(ofText(last)).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(ofBytes(last)).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  test('has too many values as soon as its bytes have', () => {
    for (const body of ['[]'.repeat(MAX_OPENERS), '[]'.repeat(MAX_OPENERS + 1)])
      expect(ofText(body)).toEqual(ofBytes(body));
    expect(ofText('{}'.repeat(MAX_OPENERS + 1))).toMatchObject({ status: 413, code: 'too_many_values' });
  });
});

describe('how many bytes came', () => {
  const event = (more: object) => ({ routeKey: 'r', requestContext: { requestId: 'i' }, ...more });

  test.each([
    ['what API Gateway says', { body: '€', headers: { 'Content-Length': '3' } }, 3],
    ['the bytes of the text, if it says nothing', { body: '€' }, 3],
    [
      'the bytes of the text, if what it says is not a number',
      { body: '€', headers: { 'content-length': 'x' } },
      3,
    ],
    [
      'those that base64 stands for',
      { body: 'AAECAw==', isBase64Encoded: true, headers: { 'content-length': '8' } },
      4,
    ],
    ['none without a body', {}, 0],
  ])('is %s', (_what, more, bytes) => {
    expect(requestOf(event(more)).bytes).toBe(bytes);
  });
});
