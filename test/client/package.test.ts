import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { digestOfInputs, packageStage } from '../../client/package.ts';

describe('packageStage', () => {
  test('returns a folder with the template and a zip of every function', async () => {
    const folder = await packageStage('local');
    for (const file of ['cloudformation-template-update-stack.json', 'collect.zip', 'recordFailure.zip']) {
      expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
    }
  });

  test('puts a package with other params beside that of the stage, and leaves that one as it is', async () => {
    const plain = await packageStage('local');
    const other = await packageStage('local', { personalData: 'protected' });
    const hasKey = (folder: string) =>
      readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8').includes(
        '"PersonalDataKey"',
      );
    expect([hasKey(plain), hasKey(other)]).toEqual([false, true]);
  }, 200_000);

  test.each(['', 'Prod', 'my-stage', '../prod', 'a'.repeat(17)])(
    'refuses %p, which AWS would refuse in one of the names',
    async (stage) => {
      await expect(packageStage(stage)).rejects.toThrow('cannot be a stage');
    },
  );
});

describe('what a package is made of', () => {
  const before = process.env.HEADRACE_PROJECT;
  const projects = ['a', 'b'].map(() => {
    const project = mkdtempSync(join(tmpdir(), 'package-'));
    mkdirSync(join(project, 'events'));
    writeFileSync(join(project, 'events/a.yml'), 'description: A\n');
    return project;
  });
  afterAll(() => {
    if (before === undefined) delete process.env.HEADRACE_PROJECT;
    else process.env.HEADRACE_PROJECT = before;
    for (const project of projects) rmSync(project, { recursive: true });
  });

  const digestIn = (project: string): string => {
    process.env.HEADRACE_PROJECT = project;
    return digestOfInputs();
  };

  test("are the files of the project's folder: another folder, or another file in it, is another package", () => {
    const [one = '', other = ''] = projects;
    const digests = [digestIn(one), digestIn(other)];
    expect(digestIn(one)).toBe(digests[0]);
    writeFileSync(join(one, 'events/a.yml'), 'description: B\n');
    digests.push(digestIn(one));
    writeFileSync(join(one, 'params.yml'), 'prod: { logRetentionDays: 30 }\n');
    expect(new Set([...digests, digestIn(one)]).size).toBe(4);
  });
});
