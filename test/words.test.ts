import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Everything that may speak to a person: not the tests, whose titles nobody reads in a hurry. */
const rooms = ['src', 'compiler', 'functions', 'client', 'cli', 'resources', 'scripts', 'bench', 'packages'];

const sources = rooms
  .flatMap((room) => readdirSync(room, { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)))
  .filter((path) => /\.(ts|js|mjs)$/.test(path) && !/node_modules|\.headrace|\/test\/|\/dist\//.test(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** Quoted texts, without the comments around them. A template's values count as part of its text. */
const texts = (source: string): string[] =>
  [
    ...source
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .replaceAll(/(^|\s)\/\/.*$/gm, '$1')
      .matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g),
  ].map(([text]) => text);

/** «x is no y»: a form that most readers have to read twice. «There is no x» and «is no longer» are plain English. */
const riddle = /(?<![Tt]here )\b(?:is|are|was|were) no (?!longer\b|more\b|other\b|one\b|way\b)[a-z]/i;

const found = (wrong: RegExp): string[] =>
  sources.flatMap(({ path, text }) =>
    texts(text)
      .filter((one) => wrong.test(one))
      .map((one) => `${path}: ${one}`),
  );

describe('a message', () => {
  test('says what must hold, never that something is no other thing', () => {
    expect(found(riddle)).toEqual([]);
  });

  test('quotes with plain quotation marks', () => {
    expect(found(/[«»]/)).toEqual([]);
  });

  test.each([
    ["throw new Error('the event name is no text');", 1],
    ['say(`70000 is no port`)', 1],
    ["say('There is no state machine here, and it is no longer needed');", 0],
    ['// a comment that is no message', 0],
  ])('is looked for in quoted texts only: %s', (source, count) => {
    expect(texts(source).filter((one) => riddle.test(one))).toHaveLength(count);
  });
});
