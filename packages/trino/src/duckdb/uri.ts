/** The parts of a URI that java.net.URI names; what it has not is undefined. */
interface Uri {
  scheme: string | undefined;
  host?: string | undefined;
  port?: string | undefined;
  path?: string | undefined;
  query?: string | undefined;
  fragment: string | undefined;
}

// RFC 2396, as java.net.URI reads it: letters outside of ASCII may stand wherever an escape may
const unreserved = "A-Za-z0-9_\\-!.~'()*";
const other = '(?:%[0-9A-Fa-f]{2}|(?![\\p{Cc}\\p{Z}])[^\\x00-\\x7f])';
const ofAll = (plain: string): RegExp => new RegExp(`^(?:[${unreserved}${plain}]|${other})*$`, 'u');

const isPath = ofAll(';/:@&=+$,');
const isUric = ofAll(';/?:@&=+$,\\[\\]');
const isUserInfo = ofAll(';:&=+$,');
const isRegistry = ofAll('$,;:@&=+');
const isScheme = /^[A-Za-z][A-Za-z0-9+.-]*$/;

const ipv4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const isHostName =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?$/;
const oneLabel = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;

const isHost = (host: string): boolean => {
  if (host.startsWith('[')) return /^\[[0-9A-Fa-f:.]+(?:%[\w.~-]+)?\]$/.test(host);
  if (ipv4.test(host)) return host.split('.').every((part) => Number(part) < 256);
  return isHostName.test(host) || oneLabel.test(host);
};

/** Host and port of an authority; none for one that is only a name of a registry; undefined for what is neither. */
const server = (authority: string): { host?: string; port?: string } | undefined => {
  const at = authority.indexOf('@');
  const userInfo = at < 0 ? '' : authority.slice(0, at);
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1)) ?? [];
  if (host && isHost(host) && isUserInfo.test(userInfo) && Number(port || 0) <= 2147483647)
    return port ? { host, port } : { host };
  return isRegistry.test(authority) ? {} : undefined;
};

const hierarchical = (rest: string): Pick<Uri, 'host' | 'port' | 'path' | 'query'> | undefined => {
  const [, authority, path = '', query] = /^(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s.exec(rest) ?? [];
  if (!isPath.test(path) || !isUric.test(query ?? '')) return undefined;
  if (authority === undefined) return { path, query };
  const found = authority === '' ? (path || query !== undefined ? {} : undefined) : server(authority);
  return found && { ...found, path, query };
};

/** A URI's parts as java.net.URI finds them; undefined for a text that it refuses. */
export const readUri = (text: string): Uri | undefined => {
  const [, before = '', fragment] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  if (!isUric.test(fragment ?? '') || fragment?.includes('#')) return undefined;
  const colon = /^[^/?]*?:/.exec(before)?.[0].length ?? 0;
  const scheme = colon > 0 ? before.slice(0, colon - 1) : undefined;
  const rest = before.slice(colon);
  if (scheme !== undefined && (!isScheme.test(scheme) || rest === '')) return undefined;
  if (scheme !== undefined && !rest.startsWith('/'))
    return isUric.test(rest) ? { scheme, fragment } : undefined; // opaque: mailto:a@b
  const parts = hierarchical(rest);
  return parts && { scheme, fragment, ...parts };
};
