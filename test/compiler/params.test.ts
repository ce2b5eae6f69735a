import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { mergeParams, paramsOf, readOwnParams } from '../../compiler/params.ts';
import { temporaryFolder } from '../helpers/rawLines.ts';

const shipped = {
  default: {
    timeZone: 'UTC',
    logRetentionDays: 30,
    etlAlarms: true,
    rawKeepDays: { Ref: 'AWS::NoValue' },
    duckdbFiles: ['a'],
  },
  local: { etlAlarms: false },
  prod: { logRetentionDays: 90 },
};

const faultsOf = (text: string): string[] => {
  try {
    readOwnParams(text, shipped);
    return [];
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [];
  }
};

describe('the params of a project', () => {
  test('take the place of those that ship, by stage and name; a new stage is a stage', () => {
    const own = readOwnParams(
      'default: { timeZone: Asia/Seoul }\nstaging: { rawKeepDays: 30 }\nqa:\nprod: { etlAlarms: false }',
      shipped,
    );
    expect(mergeParams(shipped, own)).toEqual({
      default: { ...shipped.default, timeZone: 'Asia/Seoul' },
      local: { etlAlarms: false },
      prod: { logRetentionDays: 90, etlAlarms: false },
      staging: { rawKeepDays: 30 },
      qa: {},
    });
  });

  test.each(['', '# nothing yet\n', '---\n# nothing\n'])(
    'a file that says nothing changes nothing: %j',
    (text) => {
      expect(readOwnParams(text, shipped)).toEqual({});
    },
  );

  test('in a file of another ending are not passed over', () => {
    const project = temporaryFolder();
    writeFileSync(join(project, 'params.yaml'), 'prod: { etlAlarms: false }');
    expect(() => paramsOf(project)).toThrow('params.yaml: must end in .yml: rename it to params.yml');
    writeFileSync(join(project, 'params.yml'), '');
    expect(() => paramsOf(project)).toThrow('params.yaml: must end in .yml');
  });

  test('everything wrong is told at once, with its line and what was meant', () => {
    const text = [
      'default:',
      '  timezone: Asia/Seoul',
      '  nonsense: 1',
      'Default: { timeZone: UTC }',
      'pre-prod:',
      'prod:',
      '  logRetentionDays:',
    ].join('\n');
    expect(faultsOf(text)).toEqual([
      'params.yml:2: "timezone" is not a param. Did you mean "timeZone"?',
      'params.yml:3: "nonsense" is not a param. resources/params.yml of Headrace lists all of them.',
      'params.yml:4: "Default" cannot be a stage. Did you mean "default"?',
      expect.stringMatching(
        /^params\.yml:5: "pre-prod" cannot be a stage\. A stage has up to 14 small letters/,
      ),
      'params.yml:7: logRetentionDays has no value. Write one, or delete the line.',
    ]);
  });

  test.each([
    ['logRetentionDays: ninety', 'logRetentionDays must be a number, such as 30, and is a text.'],
    ["logRetentionDays: '90'", 'logRetentionDays must be a number, such as 30, and is a text.'],
    ['etlAlarms: 0', 'etlAlarms must be true or false, such as true, and is a number.'],
    ['timeZone: [UTC]', 'timeZone must be a text, such as "UTC", and is a list.'],
    ['duckdbFiles: { a: b }', 'duckdbFiles must be a list, such as ["a"], and is names and values.'],
  ])('a value of another kind is refused: %s', (line, says) => {
    expect(faultsOf(`dev:\n  ${line}\n`)).toEqual([`params.yml:2: ${says}`]);
  });

  test('a variable of osls may stand for any value, and any value for none', () => {
    expect(faultsOf(`dev:\n  logRetentionDays: '\${env:DAYS}'\n  rawKeepDays: 400\n`)).toEqual([]);
  });

  test.each([
    [
      'prod: 5\ndev: { timeZone: UTC }',
      'params.yml:1: prod must have names and values, such as: logRetentionDays: 90',
    ],
    [
      '- prod',
      'params.yml:1: params.yml must have names and values, such as: prod: { logRetentionDays: 90 }',
    ],
    ['prod: {}\nprod: {}', 'params.yml:2: params.yml: "prod" stands here and in line 1. Leave one of them.'],
  ])('a file of another form is refused: %j', (text, says) => {
    expect(faultsOf(text)).toEqual([says]);
  });

  test('every value that ships is one that a project may write', () => {
    const text = readFileSync('resources/params.yml', 'utf8');
    expect(readOwnParams(text, parse(text))).toEqual(parse(text));
  });
});
