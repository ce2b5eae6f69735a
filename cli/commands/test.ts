import { mustBeLocal } from '../../client/access.ts';
import { CliError } from '../../client/failure.ts';
import { counted } from '../../client/format.ts';
import { packageStage } from '../../client/package.ts';
import { projectFolder } from '../../compiler/folder.ts';
import type { Command } from '../command.ts';
import { findTests } from '../projectTests/find.ts';
import { runTest, type TestResult } from '../projectTests/run.ts';
import { showResult } from '../projectTests/show.ts';

const usage = `
headrace test [FILE …] [--keep]

Tests event types and marts of the project: each file of tests/ says which events are sent, and which rows a query
has to give afterwards. Every test has an empty stage of its own on the emulator, made of the packaged template: the
events go in over HTTP, the ETL runs once, then the queries are asked. Exit code 1 if a test fails.

  headrace test                          all files of tests/
  headrace test tests/daily_sales.yml    this one

  --keep   leave the data of failed tests on the disk, and say how to look at it

docs/guides/testing.md tells what the files say.`;

export const test: Command = {
  name: 'test',
  usage,
  options: { keep: { type: 'boolean', default: false } },
  run: async (invocation) => {
    const { screen, signal, positionals } = invocation;
    mustBeLocal(invocation, 'test');
    if (invocation.option('data') !== undefined)
      throw new CliError('--data: each test has a data folder of its own. Leave it out.');
    const tests = findTests(projectFolder(), positionals);
    screen.say('Packaging …');
    const packageDir = await packageStage('local');
    screen.say(`Running ${counted(tests.length, 'test')}, each on an empty stage:`);
    const results: TestResult[] = [];
    for (const one of tests) {
      const result = await runTest(one, { packageDir, keep: invocation.flag('keep'), signal });
      showResult(screen, result);
      results.push(result);
    }
    const failed = results.filter(({ ok }) => !ok).length;
    const passed = results.length - failed;
    screen.say(`\n${passed} passed, ${failed} failed`);
    return { ok: failed === 0, document: { passed, failed, tests: results } };
  },
};
