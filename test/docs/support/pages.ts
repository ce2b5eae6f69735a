import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page of Markdown, with what a reader can be sent to. */
export interface Page {
  path: string;
  text: string;
  /** without code blocks: what is linked or named in prose */
  prose: string;
  anchors: ReadonlySet<string>;
}

export const filesIn = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !/node_modules|\.headrace/.test(name))
    .map((name) => join(folder, name))
    .sort();

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '');

export const pageOf = (path: string, text = readFileSync(path, 'utf8')): Page => {
  const prose = withoutCode(text);
  const anchors = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
  return { path, text, prose, anchors: new Set(anchors) };
};

export const pages = (): Page[] =>
  [
    'README.md',
    'README.ko.md',
    'CONTRIBUTING.md',
    ...filesIn('docs', /\.md$/),
    ...filesIn('packages', /README\.md$/),
  ].map((path) => pageOf(path));
