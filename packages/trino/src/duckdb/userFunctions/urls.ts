import { readUri } from '../uri.ts';
import { ofTexts, refuse, type UserFunction, type Value } from './function.ts';

/** Percent-decoding as Java does it: bytes that are not UTF-8 become U+FFFD. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    const bytes = text.replaceAll(
      /%([0-9a-f]{2})|[^%]+/gi,
      (all, hex: string | undefined) => hex ?? Buffer.from(all).toString('hex'),
    );
    return Buffer.from(bytes, 'hex').toString('utf8');
  }
};

const urlDecoded = (text: string): string =>
  /%(?![0-9a-f]{2})/i.test(text)
    ? refuse(
        `INVALID_FUNCTION_ARGUMENT: URLDecoder: Illegal hex characters in escape (%) pattern: ${text.slice(0, 100)}`,
      )
    : decoded(text.replaceAll('+', ' '));

const urlPart = (url: string, part: string): Value => {
  const uri = readUri(url);
  if (!uri) return null;
  const parts: Record<string, () => Value> = {
    protocol: () => uri.scheme ?? '',
    host: () => uri.host ?? '',
    port: () => uri.port ?? null,
    path: () => decoded(uri.path ?? ''),
    query: () => decoded(uri.query ?? ''),
    fragment: () => decoded(uri.fragment ?? ''),
  };
  return parts[part]?.() ?? null;
};

const urlParameter = (url: string, name: string): Value => {
  const query = readUri(url)?.query;
  const found = query?.split('&').find((pair) => pair.split('=')[0] === name);
  if (found === undefined) return null;
  return found.includes('=') ? urlDecoded(found.slice(found.indexOf('=') + 1)) : '';
};

const urlEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Functions of URLs. */
export const urls: readonly UserFunction[] = [
  ofTexts('trino_url_encode', 1, 'VARCHAR', urlEncoded),
  ofTexts('trino_url_decode', 1, 'VARCHAR', urlDecoded),
  ofTexts('trino_url_part', 2, 'VARCHAR', urlPart),
  ofTexts('trino_url_parameter', 2, 'VARCHAR', urlParameter),
];
