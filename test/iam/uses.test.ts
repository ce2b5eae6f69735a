import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Role, Statement } from 'headrace-emulator/iam';
import { readUses, Uses } from 'headrace-emulator/iam';
import { scratch } from 'headrace-emulator/testing';
import { verdicts } from '../../scripts/iam/grants.ts';
import { unexplained } from '../../scripts/iam/report.ts';

const { dir, remove } = scratch();
afterAll(() => remove());

const grant = (statement: string, action = 's3:PutObject', resource = 'arn:aws:s3:::lake/*') => ({
  ...{ statement: `LandRole/land/${statement}`, action, resource },
});

describe('what permissions are used for', () => {
  test('is noted once for all requests that the same patterns allow, in a file as well', () => {
    const uses = new Uses(join(dir, 'usage'));
    uses.note('LandRole', 's3:PutObject', 'arn:aws:s3:::lake/raw/1', [grant('1')]);
    uses.note('LandRole', 's3:PutObject', 'arn:aws:s3:::lake/raw/2', [grant('1')]);
    uses.note('LandRole', 's3:PutObject', 'arn:aws:s3:::lake/raw/3', [grant('1'), grant('2')]);
    expect(uses.all().map(({ resource }) => resource)).toEqual([
      'arn:aws:s3:::lake/raw/1',
      'arn:aws:s3:::lake/raw/3',
    ]);
    const [file = ''] = readdirSync(join(dir, 'usage'));
    expect(readUses(readFileSync(join(dir, 'usage', file), 'utf8'))).toEqual(uses.all());
  });
});

describe('a part of a role', () => {
  const statement = (place: string, actions: string[]): Statement => ({
    id: `LandRole/land/${place}`,
    effect: 'Allow',
    actions: { not: false, patterns: actions },
    resources: { not: false, patterns: ['arn:aws:s3:::lake/*'] },
    conditions: [],
  });
  const role: Role = {
    ...{ logicalId: 'LandRole', name: 'land', arn: 'arn:aws:iam::000000000000:role/land', trust: [] },
    identity: [statement('1', ['s3:PutObject', 's3:GetObject']), statement('2', ['s3:Put*'])],
  };
  const put = { role: 'LandRole', action: 's3:PutObject', resource: 'arn:aws:s3:::lake/a' };
  const missed = (grants: ReturnType<typeof grant>[]): string[] =>
    verdicts([role], [{ ...put, grants }], [])
      .filter(({ deniedIn }) => deniedIn !== undefined)
      .map(({ statement: id, kind, pattern }) => `${id} ${kind} ${pattern}`.trim());

  test('is missed when nothing else allows what it is used for', () => {
    expect(missed([grant('1')])).toEqual([
      'LandRole/land/1 statement',
      'LandRole/land/1 action s3:PutObject',
    ]);
  });

  test('is not missed when another statement allows the same: one of the two is too much', () => {
    expect(missed([grant('1'), grant('2', 's3:Put*')])).toEqual([]);
  });

  test('that nobody uses is reported, unless there is a reason for just this action', () => {
    const why = { role: 'Land*', action: 's3:GetObject', why: 'because' };
    const used = [{ ...put, grants: [grant('1')] }];
    const left = (reasons: (typeof why)[]): string[] =>
      unexplained(verdicts([role], used, reasons)).map(({ kind, pattern }) => `${kind} ${pattern}`.trim());
    expect(left([])).toEqual(['action s3:GetObject', 'statement', 'action s3:Put*']);
    expect(left([why])).toEqual(['statement', 'action s3:Put*']);
    expect(left([{ ...why, role: 'PlanRole' }])).toContain('action s3:GetObject');
  });
});
