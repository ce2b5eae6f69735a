import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { escapeXml } from '../endpoint/answers.ts';

/** `<Name>content</Name>`, the content escaped. */
export const element = (name: string, content: string | number | boolean): string =>
  `<${name}>${escapeXml(String(content))}</${name}>`;

/** An answer of S3: the elements under a root. */
export const sendXml = (response: ServerResponse, root: string, elements: string): void => {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${elements}</${root}>`;
  response.writeHead(200, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(text),
    'x-amz-request-id': randomUUID(),
  });
  response.end(text);
};

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
  text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, reference: string) => {
    if (/^#x/i.test(reference)) return String.fromCodePoint(Number.parseInt(reference.slice(2), 16));
    if (reference.startsWith('#')) return String.fromCodePoint(Number(reference.slice(1)));
    return named[reference] ?? whole;
  });

/** Contents of the elements of that name, in order, as raw XML. The bodies S3 takes never nest a name in itself. */
export const elements = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    (match) => match[1] ?? '',
  );

/** Text of the first element of that name. */
export const textOf = (xml: string, name: string): string | undefined => {
  const [content] = elements(xml, name);
  return content === undefined ? undefined : unescapeXml(content);
};
