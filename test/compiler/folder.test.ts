import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { folderOf } from '../../compiler/folder.ts';

let scratch: string;
let service: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'headrace-folder-'));
  service = join(scratch, 'headrace');
  for (const folder of ['headrace/events', 'telemetry/events', 'marts/queries', 'empty'])
    mkdirSync(join(scratch, folder), { recursive: true });
  says('custom:\n  project: .\n');
});
afterEach(() => rmSync(scratch, { recursive: true }));

const says = (text: string): void => writeFileSync(join(service, 'serverless.yml'), text);

describe('where the project is', () => {
  test('without a word it is where serverless.yml is', () => {
    expect(folderOf(undefined, service)).toBe(service);
    expect(folderOf('', service)).toBe(service);
    says('service: headrace\n');
    expect(folderOf(undefined, service)).toBe(service);
  });

  test('custom.project is a path from serverless.yml on', () => {
    says('custom:\n  project: ../telemetry\n');
    expect(folderOf(undefined, service)).toBe(join(scratch, 'telemetry'));
  });

  test('HEADRACE_PROJECT wins, and is a path from where we are', () => {
    says('custom:\n  project: ../telemetry\n');
    expect(folderOf(join(scratch, 'marts'), service)).toBe(join(scratch, 'marts'));
    expect(folderOf(relative('.', join(scratch, 'marts')), service)).toBe(join(scratch, 'marts'));
  });

  test('one that is not there, or no project, is said with where it was named and what to do', () => {
    expect(() => folderOf(join(scratch, 'gone'), service)).toThrow(
      `HEADRACE_PROJECT: ${join(scratch, 'gone')} is not there. Write the path of your project, or make one: npx headrace init`,
    );
    expect(() => folderOf(join(scratch, 'empty'), service)).toThrow('it has no events/ and no queries/');
    says('service: headrace\ncustom:\n  project: ../gone\n');
    expect(() => folderOf(undefined, service)).toThrow(
      `serverless.yml:3: ${join(scratch, 'gone')} is not there`,
    );
  });

  test.each(['', '[a]', `'\${env:WHERE}'`, '{ here: . }', '7'])('custom.project cannot be %s', (value) => {
    says(`custom:\n  project: ${value}\n`);
    expect(() => folderOf(undefined, service)).toThrow(
      'serverless.yml:2: custom.project must be the path of a folder, as plain text',
    );
  });
});
