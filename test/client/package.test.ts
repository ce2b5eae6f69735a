import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageStage } from '../../client/package.ts';

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
