import { refuse, string, type UserFunction, type Value } from './function.ts';

/** Percent-decoding as Java's URI does it: bytes that are not UTF-8 become U+FFFD. */
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

const isMalformed = (text: string): boolean => /%(?![0-9a-f]{2})/i.test(text);

const urlDecoded = (text: string): string =>
  isMalformed(text)
    ? refuse(
        `INVALID_FUNCTION_ARGUMENT: URLDecoder: Illegal hex characters in escape (%) pattern: ${text.slice(0, 100)}`,
      )
    : decoded(text.replaceAll('+', ' '));

const urlPart = (url: string, part: string): Value => {
  const [, scheme, authority, path = '', query, fragment] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  if (/[\s"<>\\^`{|}]/.test(url) || isMalformed(url)) return null; // java.net.URI would not parse it
  const [, host = '', port] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority ?? '') ?? [];
  const parts: Record<string, () => Value> = {
    protocol: () => scheme ?? '',
    host: () => host,
    port: () => port ?? null,
    path: () => decoded(path),
    query: () => decoded(query ?? ''),
    fragment: () => decoded(fragment ?? ''),
  };
  return parts[part]?.() ?? null;
};

const urlParameter = (url: string, name: string): Value => {
  const query = /\?([^#]*)/.exec(url)?.[1];
  const found = query?.split('&').find((pair) => (pair.split('=')[0] ?? '') === name);
  if (found === undefined) return null;
  const value = found.includes('=') ? found.slice(found.indexOf('=') + 1) : '';
  return isMalformed(url) ? null : urlDecoded(value);
};

const urlEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Functions of URLs. */
export const urls: readonly UserFunction[] = [
  {
    name: 'trino_url_encode',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    body: (s) => urlEncoded(string(s)),
  },
  {
    name: 'trino_url_decode',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    body: (s) => urlDecoded(string(s)),
  },
  {
    name: 'trino_url_part',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (u, part) => urlPart(string(u), string(part)),
  },
  {
    name: 'trino_url_parameter',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (u, name) => urlParameter(string(u), string(name)),
  },
];
