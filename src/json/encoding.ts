/**
 * What bytes that are not UTF-8 probably are, in the words of a message: whoever sent them has to know what to convert
 * them from. A guess by the first bytes; nothing is decoded by it.
 */
export const encodingGuess = (bytes: Uint8Array): string => {
  const start = Buffer.from(bytes.subarray(0, LOOKED_AT));
  const { what } = guesses.find(({ fits }) => fits(start)) ?? { what: 'an 8-bit encoding such as Latin-1' };
  return what;
};

/** Whether a text, read as UTF-8, is UTF-16 without its mark: every second byte of plain English is then zero. */
export const looksLikeUtf16 = (text: string): boolean =>
  text.includes('\0') && utf16Order(Buffer.from(text.slice(0, LOOKED_AT))) !== undefined;

const LOOKED_AT = 4_096;

/** JSON has plain quotes, colons and names in any language: in UTF-16 many a byte is zero, and all at the same side. */
const utf16Order = (bytes: Buffer): 'little-endian' | 'big-endian' | undefined => {
  let [even, odd] = [0, 0];
  for (const [index, byte] of bytes.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const [few, many] = even < odd ? [even, odd] : [odd, even];
  if (many * 5 < bytes.length || few * 10 > many) return undefined;
  return odd > even ? 'little-endian' : 'big-endian';
};

const startsWith =
  (...mark: number[]) =>
  (bytes: Buffer): boolean =>
    mark.every((byte, index) => bytes[index] === byte);

/** Reads the bytes strictly; undefined if they are not of that encoding. The last character may be cut off. */
const readAs = (encoding: string, bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
};

const isCutOff = (bytes: Buffer): boolean => readAs('utf-8', bytes) !== undefined && bytes.length < LOOKED_AT;
/** A letter with an accent stands between plain ones; characters of East Asia have two bytes or more. */
const isLatin = (bytes: Buffer): boolean =>
  bytes.every(
    (byte, index) => byte < 0xa0 || ((bytes[index - 1] ?? 0) < 0x80 && (bytes[index + 1] ?? 0) < 0x80),
  );
const hasSurrogate = (bytes: Buffer): boolean =>
  bytes.some(
    (byte, index) => byte === 0xed && (bytes[index + 1] ?? 0) >= 0xa0 && (bytes[index + 1] ?? 0) <= 0xbf,
  );

/** The first that fits. */
const guesses: readonly { what: string; fits: (bytes: Buffer) => boolean }[] = [
  { what: 'gzip', fits: startsWith(0x1f, 0x8b) },
  { what: 'zstd', fits: startsWith(0x28, 0xb5, 0x2f, 0xfd) },
  { what: 'UTF-32 (little-endian)', fits: startsWith(0xff, 0xfe, 0, 0) },
  { what: 'UTF-16 (little-endian)', fits: startsWith(0xff, 0xfe) },
  { what: 'UTF-16 (big-endian)', fits: startsWith(0xfe, 0xff) },
  { what: 'UTF-16 (little-endian)', fits: (bytes) => utf16Order(bytes) === 'little-endian' },
  { what: 'UTF-16 (big-endian)', fits: (bytes) => utf16Order(bytes) === 'big-endian' },
  { what: 'UTF-8 that is cut off within a character', fits: isCutOff },
  { what: 'UTF-8 with halves of surrogate pairs (CESU-8)', fits: hasSurrogate },
  { what: 'Latin-1 (ISO-8859-1) or Windows-1252', fits: isLatin },
  { what: 'EUC-KR (CP949)', fits: (bytes) => /[가-힣]/.test(readAs('euc-kr', bytes) ?? '') },
  { what: 'Shift_JIS', fits: (bytes) => /[ぁ-んァ-ヶ]/.test(readAs('shift_jis', bytes) ?? '') },
];
