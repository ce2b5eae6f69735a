import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { emulatedActions } from '../src/emulated.ts';

const src = new URL('../src/', import.meta.url).pathname;

/** Folders of src/ that are no AWS service of their own: what the services share, and what stands around them. */
const rooms = ['apigateway', 'endpoint', 'fauxqs', 'faults', 'iam', 'template', 'testing'];

const services = readdirSync(src, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !rooms.includes(entry.name))
  .map(({ name }) => name);

/** What every service has: how it is opened, what callers need, what its actions share, its state, its actions. */
const shape = ['service.ts', 'permissions.ts', 'core.ts', 'store.ts', 'actions'];

const byFauxqs = 'fauxqs keeps its state and answers its actions';

/** What a service does not have, and why. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dynamodb: Object.fromEntries(
    ['core.ts', 'store.ts', 'actions'].map((file) => [
      file,
      'dynalite keeps its state and answers its actions',
    ]),
  ),
  lambda: { 'store.ts': 'functions come from the template, and what runs is a process' },
  ...Object.fromEntries(
    ['sns', 'sqs', 'sts'].map((name) => [
      name,
      Object.fromEntries(['core.ts', 'store.ts', 'actions'].map((file) => [file, byFauxqs])),
    ]),
  ),
};

describe('the shape of a service', () => {
  test.each(services)('%s has every file that a service has, or a reason', (service) => {
    const missing = shape.filter((file) => !existsSync(join(src, service, file)));
    expect(missing).toEqual(
      Object.keys(exceptions[service] ?? {}).sort((a, b) => shape.indexOf(a) - shape.indexOf(b)),
    );
  });

  test('is what the services with an API have: each lists its actions', () => {
    expect(Object.keys(emulatedActions)).toEqual([...services].sort());
  });
});

describe('the package', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));

  test('knows nothing of the product it was made for', () => {
    const said = files.flatMap(({ name, text }) =>
      text
        .replaceAll(/headrace-(asl|trino|emulator)/g, '')
        .split('\n')
        .filter((line) => /headrace/i.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
    expect(said).toEqual([]);
  });

  test('reads no environment variables; only the program of a function does, as Lambda has them', () => {
    const readers = files.filter(({ text }) =>
      /process\.env\b(?!:)/.test(text.replaceAll(/\/\*[\s\S]*?\*\//g, '')),
    );
    expect(readers.map(({ name }) => name)).toEqual(['lambda/program.ts']);
  });
});
