import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { writeProject } from '../../cli/init/writing.ts';
import { knownStage, timeZoneIn } from '../../cli/planner/stages.ts';
import { packageStage } from '../../client/package.ts';

/** A project of its own, as `headrace init` makes it, with a stage that Headrace does not have. */

const scratch = mkdtempSync(join(tmpdir(), 'headrace-own-'));
const project = join(scratch, 'telemetry');
const before = process.env.HEADRACE_PROJECT;
const packages: string[] = [];

beforeAll(() => {
  writeProject(project);
  writeFileSync(
    join(project, 'params.yml'),
    'staging: { logRetentionDays: 14, timeZone: Asia/Seoul }\nprod: { monthlyBudgetUsd: 7 }\n',
  );
  process.env.HEADRACE_PROJECT = project;
});
afterAll(() => {
  if (before === undefined) delete process.env.HEADRACE_PROJECT;
  else process.env.HEADRACE_PROJECT = before;
  for (const folder of [scratch, ...packages]) rmSync(folder, { recursive: true });
});

const template = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({ Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

test('its stages and params are those of Headrace, changed by its own', () => {
  expect(knownStage('staging')).toBe('staging');
  expect([timeZoneIn('staging'), timeZoneIn('prod')]).toEqual(['Asia/Seoul', 'UTC']);
  expect(() => knownStage('stagin')).toThrow(
    expect.objectContaining({ next: expect.stringContaining('It has local, dev, prod, staging.') }),
  );
});

test('its package has its tables and params, and a folder that no other project has', async () => {
  const folder = await packageStage('staging');
  packages.push(folder);
  expect(basename(folder)).toMatch(/^staging-[0-9a-f]{8}$/);
  const { Resources } = template.parse(
    JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8')),
  );
  expect(
    Object.keys(Resources)
      .filter((id) => /(Reading|Readings|Timeline|Sales)(Table|View)$/.test(id))
      .sort(),
  ).toEqual(['DailyReadingsTable', 'DeviceReadingView', 'DeviceTimelineView']);
  expect(Resources.PlanLogGroup?.Properties?.RetentionInDays).toBe(14);
  expect(Resources.EtlSchedule?.Properties?.ScheduleExpressionTimezone).toBe('Asia/Seoul');
}, 300_000);
