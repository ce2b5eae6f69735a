import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { clientFamilies, router } from '../../src/collect/routes.ts';

const families = clientFamilies(new Set());
const all = families.flatMap(({ routes }) => routes);
const page = { page: () => ({ status: 200, headers: {}, body: '' }) };
const one = (at: string) => [{ name: 'x', browserHeaders: [], routes: [{ at, takes: page }] }];

test('no two families want the same path', () => {
  expect(all.map(({ at }) => at)).toEqual([...new Set(all.map(({ at }) => at))]);
});

test('the two routes of collect.yml take every path of the collector', () => {
  const declared = [...readFileSync('functions/collect.yml', 'utf8').matchAll(/- httpApi: (.+)/g)];
  expect(declared.map(([, route]) => route)).toEqual(['POST /{path+}', 'GET /{path+}']);
  expect(all.filter(({ at }) => !/^(POST|GET) \/[^/ ]/.test(at))).toEqual([]);
});

test('every stage lets web pages send what the browser libraries of a family send', () => {
  const { cors } = parse(readFileSync('resources/params.yml', 'utf8')).default;
  const wanted = new Set(families.flatMap(({ browserHeaders }) => browserHeaders));
  expect([...wanted].filter((header) => !cors.allowedHeaders.includes(header))).toEqual([]);
  expect(cors.allowedMethods).toEqual(['GET', 'POST', 'OPTIONS']);
});

describe('a route with a variable', () => {
  const find = router(one('GET /v1/projects/{key}/settings.json'));

  test('matches one part of a path, and says what stood there', () => {
    expect(find('GET /v1/projects/a+b/settings.json')?.variables).toEqual(new Map([['key', 'a+b']]));
  });

  test.each([
    'GET /v1/projects//settings.json',
    'GET /v1/projects/a/b/settings.json',
    'GET /v1/projects/a/settingsXjson',
    'POST /v1/projects/a/settings.json',
    'GET /v1/projects/a/settings.json/b',
  ])('does not match %s', (asked) => expect(find(asked)).toBeUndefined());
});
