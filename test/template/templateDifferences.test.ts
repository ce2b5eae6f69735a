import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lineOf, templateDifferences } from '../../scripts/templateDifferences.ts';

const machine = (comment: string, seconds: number) =>
  JSON.stringify({ Comment: comment, States: { Wait: { Type: 'Wait', Seconds: seconds } } });

const template = (changes: object = {}) => {
  const given = {
    packagedAt: '1796046857336-2026-11-30T13:54:17.336Z',
    threshold: 1,
    alarmDescription: 'An execution failed.',
    machine: machine('Builds what has changed.', 5),
    columns: [{ Name: 'event_id', Comment: 'the id' }],
    widget: { title: 'Events', region: 'us-east-1' },
    extra: {},
    ...changes,
  };
  return {
    Resources: {
      BuildLambdaFunction: {
        Properties: { Code: { S3Key: `serverless/headrace/prod/${given.packagedAt}/build.zip` } },
      },
      EtlFailed: { Properties: { AlarmDescription: given.alarmDescription, Threshold: given.threshold } },
      Etl: { Properties: { DefinitionString: { 'Fn::Sub': [given.machine, { Fn: 1 }] } } },
      Events: { Properties: { Columns: given.columns } },
      Dashboard: { Properties: { DashboardBody: JSON.stringify({ widgets: [given.widget] }) } },
      ...given.extra,
    },
  };
};

const pathsOf = (changes: object) =>
  templateDifferences(template(), template(changes)).map(
    ({ path, isDescription }) => `${isDescription ? 'description' : 'other'} ${path}`,
  );

describe('two packages of the same sources', () => {
  test('do not differ by the time at which they were made', () => {
    expect(pathsOf({ packagedAt: '1796048131243-2026-11-30T14:15:31.243Z' })).toEqual([]);
  });

  test('differ where another zip is named', () => {
    expect(pathsOf({ packagedAt: 'elsewhere' })).toEqual([
      'other Resources.BuildLambdaFunction.Properties.Code.S3Key',
    ]);
  });
});

describe('a difference', () => {
  test.each([
    { changes: { threshold: 2 }, path: 'other Resources.EtlFailed.Properties.Threshold' },
    {
      changes: { alarmDescription: 'A run failed.' },
      path: 'description Resources.EtlFailed.Properties.AlarmDescription',
    },
    {
      changes: { machine: machine('Builds what is stale.', 5) },
      path: 'description Resources.Etl.Properties.DefinitionString.Fn::Sub.0.Comment',
    },
    {
      changes: { machine: machine('Builds what has changed.', 6) },
      path: 'other Resources.Etl.Properties.DefinitionString.Fn::Sub.0.States.Wait.Seconds',
    },
    {
      changes: { columns: [{ Name: 'event_id', Comment: 'id of the event' }] },
      path: 'description Resources.Events.Properties.Columns.0.Comment',
    },
    {
      changes: { columns: [{ Name: 'id', Comment: 'the id' }] },
      path: 'other Resources.Events.Properties.Columns.0.Name',
    },
    {
      changes: { widget: { title: 'Events a minute', region: 'us-east-1' } },
      path: 'description Resources.Dashboard.Properties.DashboardBody.widgets.0.title',
    },
    {
      changes: { widget: { title: 'Events', region: 'eu-west-1' } },
      path: 'other Resources.Dashboard.Properties.DashboardBody.widgets.0.region',
    },
    { changes: { columns: [] }, path: 'other Resources.Events.Properties.Columns.0' },
    { changes: { extra: { Queue: { Type: 'AWS::SQS::Queue' } } }, path: 'other Resources.Queue' },
    { changes: { extra: { Events: undefined } }, path: 'other Resources.Events' },
  ])('is told by its path: $path', ({ changes, path }) => {
    expect(pathsOf(changes)).toEqual([path]);
  });

  test('is shown with what was there before', () => {
    const [one] = templateDifferences(template(), template({ threshold: 2 }));
    expect(one && lineOf(one)).toBe(
      'DIFFERENT  Resources.EtlFailed.Properties.Threshold\n  before: 1\n  after:  2',
    );
  });
});

test('the script fails on a difference, unless it is one of descriptions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headrace-templates-'));
  const packaged = (name: string, changes: object = {}): string => {
    mkdirSync(join(folder, name));
    for (const kind of ['create', 'update'])
      writeFileSync(
        join(folder, name, `cloudformation-template-${kind}-stack.json`),
        JSON.stringify(template(changes)),
      );
    return join(folder, name);
  };
  const compare = (...folders: string[]) =>
    spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'scripts/compareTemplates.ts', ...folders],
      { encoding: 'utf8' },
    );
  try {
    const before = packaged('before');
    expect(compare(before, packaged('described', { alarmDescription: 'x' }))).toMatchObject({ status: 0 });
    const different = compare(before, packaged('different', { threshold: 3 }));
    expect(different.status).toBe(1);
    expect(different.stdout).toContain('2 differences, 0 of them in descriptions only.');
    expect(compare(before)).toMatchObject({ status: 2, stdout: '' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
