import { expect, test } from '@jest/globals';
import { encodingGuess, looksLikeUtf16 } from '../../src/json/encoding.ts';

const json = (text: string): string => `{"event_name":"greeted","properties":{"to":"${text}"}}`;
/** JSON with these bytes in the place of a text. */
const around = (...bytes: number[]): Buffer =>
  Buffer.concat([Buffer.from(json('').slice(0, -3)), Buffer.from(bytes), Buffer.from('"}}')]);

test.each([
  ['UTF-16 (little-endian)', Buffer.from(json('서울'), 'utf16le')],
  ['UTF-16 (little-endian)', Buffer.from(`\ufeff${json('서울')}`, 'utf16le')],
  ['UTF-16 (big-endian)', Buffer.from(json('Zürich'), 'utf16le').swap16()],
  ['UTF-16 (big-endian)', Buffer.from('\ufeff서울', 'utf16le').swap16()],
  ['UTF-32 (little-endian)', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0])],
  ['Latin-1 (ISO-8859-1) or Windows-1252', Buffer.from(json('Zürich'), 'latin1')],
  ['Latin-1 (ISO-8859-1) or Windows-1252', around(0x93, 0x41, 0x94)],
  ['EUC-KR (CP949)', around(0xbc, 0xad, 0xbf, 0xef)],
  ['Shift_JIS', around(0x82, 0xa0, 0x82, 0xa2)],
  ['UTF-8 with halves of surrogate pairs (CESU-8)', around(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)],
  ['UTF-8 that is cut off within a character', Buffer.from('{"a":"서').subarray(0, -1)],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['an 8-bit encoding such as Latin-1', around(0xc4, 0xd6, 0xff)],
])('bytes are told to be %s', (name, bytes) => {
  expect(encodingGuess(bytes)).toBe(name);
});

test('a text with zeros is UTF-16 if every second byte of it is one, on one side', () => {
  expect(looksLikeUtf16(Buffer.from(json('x'), 'utf16le').toString('utf8'))).toBe(true);
  expect(looksLikeUtf16(json('\0'))).toBe(false);
  expect(looksLikeUtf16('\0\0{"a":1}\0\0')).toBe(false);
  expect(looksLikeUtf16(json('x'))).toBe(false);
});
