import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { recordedFiles } from '../../scripts/docs/shippedFiles.ts';
import { filesIn, type Page, pageOf, pages } from './support/pages.ts';

// What a page names must be there: pages and anchors it links to, files and folders of the repository it speaks of.

const all = pages();

const folders = 'bench|cli|client|docs|functions|packages|queries|resources|scripts|src|statemachines|test';
/** A path of the repository in `code`; what has a placeholder or wildcard in it is checked up to there. */
const PATH = new RegExp(`\`((?:${folders})/[^\`\\s]*)\``, 'g');
const LINK = /\]\(([^)\s]+)\)/g;

/** A page or a file of a package speaks of the package's own files as well. */
const homesOf = (path: string): string[] => {
  const home = /^packages\/\w+\//.exec(path)?.[0];
  return home === undefined ? [''] : ['', home];
};

/** Files of a project that pages speak of, be they there or not. */
const shipped = new Set(Object.keys(recordedFiles()));

const deadPaths = ({ path, prose }: Page): string[] =>
  [...prose.matchAll(PATH)]
    .map(([, named = '']) => named)
    .filter((named) => {
      const sure = /^[^<>*{$…]*/.exec(named)?.[0] ?? '';
      if (shipped.has(named)) return false;
      return homesOf(path).every(
        (home) => !existsSync(home + (sure === named ? named : dirname(`${sure}x`))),
      );
    })
    .map((named) => `${path}: ${named}`);

const anchorsOf = (path: string): ReadonlySet<string> => pageOf(path).anchors;

const deadLinks = ({ path, prose, anchors }: Page): string[] =>
  [...prose.matchAll(LINK)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [target = '', anchor] = link.split('#');
      const file = target === '' ? path : normalize(join(dirname(path), target));
      if (file === path) return anchor !== undefined && !anchors.has(anchor);
      if (shipped.has(file)) return false;
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).has(anchor));
    })
    .map((link) => `${path}: ${link}`);

const texts = [
  ...all.map(({ path }) => path),
  'serverless.yml',
  '.ci/run',
  ...[
    'bench',
    'cli',
    'client',
    'functions',
    'packages',
    'resources',
    'scripts',
    'src',
    'statemachines',
    'test',
  ].flatMap((folder) => filesIn(folder, /\.(ts|js|mjs|yml|json|sh|py|sql)$/)),
];

describe('every page of the docs', () => {
  test('names only files and folders that are there', () => {
    expect(all.flatMap(deadPaths)).toEqual([]);
  });

  test('links only to pages, files and headings that are there', () => {
    expect(all.flatMap(deadLinks)).toEqual([]);
  });

  test('can be reached from the README by links', () => {
    const reached = new Set(['README.md']);
    for (const path of reached)
      for (const [, link = ''] of pageOf(path).prose.matchAll(LINK)) {
        const target = normalize(join(dirname(path), link.split('#')[0] ?? ''));
        if (target.endsWith('.md') && existsSync(target)) reached.add(target);
      }
    const lonely = all.map(({ path }) => path).filter((path) => !reached.has(path) && !inLinkedFolder(path));
    expect(lonely).toEqual([]);
  });
});

/** Folders that are linked as a whole. */
const inLinkedFolder = (path: string): boolean => /^(docs\/decisions|packages)\//.test(path);

test('every page that code, or a code block of the docs, names is there, and so is its heading', () => {
  // This test names pages that are not there.
  const others = texts.filter((path) => path !== 'test/docs/places.test.ts');
  const named = others.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/(?<![\w/])docs\/[\w/-]+\.(?:md|yml|json)(?:#[\w-]+)?/g)].map(
      ([address]) => ({ path, address }),
    ),
  );
  expect(named.length).toBeGreaterThan(50);
  const dead = named.filter(({ path, address }) => {
    const [file = '', anchor] = address.split('#');
    const found = homesOf(path).find((home) => existsSync(home + file));
    return found === undefined || (anchor !== undefined && !anchorsOf(found + file).has(anchor));
  });
  expect(dead).toEqual([]);
});

describe('a page that names what is not there', () => {
  test('is found out: a path', () => {
    const page = pageOf(
      'README.md',
      'See `src/nowhere.ts`, `src/errors.ts`, `src/nothing/<name>.ts` and `src/events/<name>.ts`.',
    );
    expect(deadPaths(page)).toEqual(['README.md: src/nowhere.ts', 'README.md: src/nothing/<name>.ts']);
  });

  test('is found out: a link, and an anchor of this page and of another', () => {
    const page = pageOf(
      'README.md',
      '# A heading: here\n[a](nowhere.md) [b](#a-heading-here) [c](#gone) [d](docs/runbook.md#gone)\n',
    );
    expect(deadLinks(page)).toEqual([
      'README.md: nowhere.md',
      'README.md: #gone',
      'README.md: docs/runbook.md#gone',
    ]);
  });

  test('is not blamed for what stands in a code block', () => {
    const page = pageOf('README.md', 'Text.\n\n```\n`src/nowhere.ts` [a](nowhere.md)\n```\n');
    expect([...deadPaths(page), ...deadLinks(page)]).toEqual([]);
  });
});
