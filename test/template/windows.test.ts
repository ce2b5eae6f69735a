import '../helpers/someWindow.ts';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageStage } from '../../client/package.ts';
import { alarmsOf, fanOut, state } from '../../resources/windows.ts';
import { resourcesOf } from '../../scripts/resourceList.ts';
import type { WindowType } from '../../src/events/windows/windowType.ts';

const window: WindowType = {
  ...{ name: 'paid_orders', comment: '', of: 'events', every: 60, where: [], by: [], metric: true },
  measures: [{ name: 'orders', what: 'count' }],
  alarm: { measure: 'orders', comparison: '<', threshold: 1, seconds: 600 },
};

const { alarm: _, ...withoutAlarm } = window;

test('the param windows off leaves nothing of them in the template but a line in a graph, which is empty then', async () => {
  const folder = await packageStage('dev', { windows: 'off', dataKey: 'own' });
  const { Dashboard: _, ...resources } = resourcesOf(
    join(folder, 'cloudformation-template-update-stack.json'),
  );
  expect(Object.keys(resources).length).toBeGreaterThan(100);
  expect(JSON.stringify(resources)).not.toMatch(/windows|live_/i);
}, 200_000);

test.each([
  ['on', 'on'],
  [true, 'on'],
  ['off', 'off'],
  [false, 'off'],
])('the param windows may be %s', async (given, expected) => {
  const resolveVariable = async () => given as string; // what YAML has made of it
  expect(await state({ resolveVariable })).toBe(expected);
});

test.each([
  ['on', 'on', 'on'],
  ['on', 'off', 'off'],
  ['off', 'on', 'off'],
])(
  'windows %s with windowsFanOut %s have a connection of their own: %s',
  async (windows, given, expected) => {
    const params: Record<string, string> = { 'param:windows': windows, 'param:windowsFanOut': given };
    expect(await fanOut({ resolveVariable: async (name) => params[name] ?? '' })).toBe(expected);
  },
);

test('another value of the param is refused', async () => {
  await expect(state({ resolveVariable: async () => 'maybe' })).rejects.toThrow(
    `windows: "maybe" is neither on nor off. Write 'on' or 'off', in quotes.`,
  );
});

test('an alarm of a window sums its measure over the time it names, and rings where nothing comes', () => {
  expect(alarmsOf('prod', [window, { ...withoutAlarm, name: 'other' }])).toMatchObject({
    Resources: {
      PaidOrdersWindowAlarm: {
        Properties: {
          ...{ AlarmName: 'headrace-prod-window-paid_orders', MetricName: 'orders', Statistic: 'Sum' },
          ...{ Period: 600, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
          TreatMissingData: 'breaching',
        },
      },
    },
  });
});

test('an alarm for too much does not ring where nothing comes', () => {
  const many = {
    ...window,
    alarm: { measure: 'orders', comparison: '>', threshold: 9, seconds: 60 },
  } as const;
  const text = JSON.stringify(alarmsOf('prod', [many]));
  expect(text).toContain('"TreatMissingData":"notBreaching"');
  expect(text).toContain('counts orders > 9 for 1 minute, as');
});
