import '../helpers/someWindow.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { TemplateResource } from 'headrace-emulator/template';
import { z } from 'zod';
import type { Command } from '../../cli/command.ts';
import { measuringState, resourcesOf, shortName } from './support/dependencies.ts';

const alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.string()),
  OKActions: z.array(z.string()).default([]),
});

const runbook = readFileSync('docs/runbook.md', 'utf8');

/** Entries by the name in their heading. */
const entries = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry]),
);

/** AWS Budgets rings, not an alarm of CloudWatch. */
const WITHOUT_ALARM = ['budget'];

let resources: TemplateResource[];
let alarms: z.infer<typeof alarm>[];
let names: string[];

beforeAll(async () => {
  resources = await resourcesOf('prod');
  alarms = resources
    .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
    .map(({ properties }) => alarm.parse(properties))
    // What windows declare is the user's: docs/guides/windows.md tells of it.
    .filter(({ AlarmName }) => !shortName(AlarmName).startsWith('window-'));
  names = alarms.map(({ AlarmName }) => shortName(AlarmName)).sort();
});

test('every alarm has its entry in the runbook, and every entry its alarm', () => {
  expect([...entries.keys()].sort()).toEqual([...names, ...WITHOUT_ALARM].sort());
});

test("an alarm's description says in whole sentences what it means, and ends with its entry's address", () => {
  for (const { AlarmName, AlarmDescription } of alarms) {
    expect(AlarmDescription).toMatch(
      new RegExp(`^[A-Z].*\\. .*\\. docs/runbook\\.md#${shortName(AlarmName)}$`),
    );
    expect(AlarmDescription.length).toBeLessThan(1_024);
  }
});

test('every alarm tells the topic that it rings; that it is over, those that measure a state and do not count', () => {
  const topic = resources.find(({ logicalId }) => logicalId === 'AlarmTopic')?.ref;
  for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([topic]);
  const telling = alarms.filter(({ OKActions }) => OKActions.length > 0);
  expect(telling.map(({ OKActions }) => OKActions)).toEqual(telling.map(() => [topic]));
  expect(telling.map(({ AlarmName }) => shortName(AlarmName)).sort()).toEqual(measuringState);
});

test('every entry says what it means, how to look, what mends it and when to escalate', () => {
  for (const entry of entries.values()) {
    const parts = [...entry.matchAll(/^- \*\*(\w+):\*\* \S/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Means', 'Look', 'Mend', 'Escalate']);
  }
});

test('every alarm has a test in which it rings', () => {
  const files = readdirSync('test/alarms').filter((name) => name.endsWith('.test.ts'));
  const titles = files.flatMap((name) =>
    [
      ...readFileSync(join('test/alarms', name), 'utf8').matchAll(
        /(?:test\(|\[|\]\)\()\s*'([\w-]+) rings[ ,]/g,
      ),
    ].map(([, alarmName]) => alarmName ?? ''),
  );
  expect([...new Set(titles)].sort()).toEqual(names);
});

describe('a command in the runbook', () => {
  const used = [...runbook.matchAll(/`headrace ([a-z]+)([^`]*)`/g)].map(([, name = '', rest = '']) => ({
    name,
    rest,
  }));

  test.each([...new Set(used.map(({ name }) => name))])(
    'headrace %s is one of the command line',
    async (name) => {
      const module: Record<string, Command> = await import(`../../cli/commands/${name}.ts`);
      const command = Object.values(module).find((each) => each.name === name);
      expect(command?.name).toBe(name);
      const known = [...Object.keys(command?.options ?? {}), 'stage', 'json', 'data', 'verbose', 'help'];
      const options = used
        .filter((each) => each.name === name)
        .flatMap(({ rest }) => [...rest.matchAll(/--([a-z-]+)/g)].map(([, option = '']) => option));
      expect(options.filter((option) => !known.includes(option))).toEqual([]);
    },
  );

  test('and every link leads to an entry', () => {
    const anchors = [...runbook.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(anchors.filter((anchor) => !entries.has(anchor))).toEqual([]);
  });
});

describe('the topic', () => {
  test('takes messages of this stage’s alarms and of the account’s budgets, and of nobody else', () => {
    const policy = resources.find(({ logicalId }) => logicalId === 'AlarmTopicPolicy');
    expect(policy?.properties).toMatchObject({
      PolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: {
              ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:headrace-prod-*' },
              StringEquals: { 'aws:SourceAccount': '000000000000' },
            },
          },
          {
            Principal: { Service: 'budgets.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: {
              ArnLike: { 'aws:SourceArn': 'arn:aws:budgets::000000000000:*' },
              StringEquals: { 'aws:SourceAccount': '000000000000' },
            },
          },
        ],
      },
    });
  });

  test('hears of the budget before it is spent', () => {
    const budget = resources.find(({ type }) => type === 'AWS::Budgets::Budget');
    const topic = resources.find(({ logicalId }) => logicalId === 'AlarmTopic')?.ref;
    expect(budget?.properties).toMatchObject({
      Budget: {
        BudgetLimit: { Amount: 500, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:deployment$headrace-prod'] },
      },
      NotificationsWithSubscribers: [
        { Notification: { NotificationType: 'FORECASTED' }, Subscribers: [{ Address: topic }] },
        { Notification: { NotificationType: 'ACTUAL', Threshold: 80 }, Subscribers: [{ Address: topic }] },
      ],
    });
  });
});

test('on stages that are run by hand, or that may sleep, nothing rings for silence', async () => {
  const off = await Promise.all(
    ['prod', 'dev', 'local'].map(async (stage) => {
      const all = (await resourcesOf(stage)).filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
      return all
        .filter(({ properties }) => properties.ActionsEnabled === false)
        .map(({ name }) => name.replace(`headrace-${stage}-`, ''));
    }),
  );
  const byHand = ['door-silent', 'etl-silent', 'not-fresh'];
  expect(off.map((names) => names.sort())).toEqual([[], byHand, byHand]);
}, 200_000);
