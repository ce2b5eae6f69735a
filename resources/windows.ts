import { pascal } from '../compiler/queries/pascal.ts';
import { knownWindows } from '../src/events/windows/registry.ts';
import { baseSeconds, type WindowAlarm, type WindowType } from '../src/events/windows/windowType.ts';
import { liveWindowsTable } from '../src/tables/tables.ts';
import type { Osls } from './osls.ts';
import { type Switch, switchOf } from './switches.ts';

/** What of the template follows from the files of queries/windows/. */

/** Whether windows are counted: the param `windows` says so, and there are some. */
export const state = async ({ resolveVariable }: Osls): Promise<Switch> => {
  const given = switchOf('windows', await resolveVariable('param:windows'));
  return knownWindows.length === 0 ? 'off' : given;
};

/** Whether they have a connection of their own to the stream. */
export const fanOut = async (osls: Osls): Promise<Switch> => {
  const given = switchOf('windowsFanOut', await osls.resolveVariable('param:windowsFanOut'));
  return (await state(osls)) === 'on' ? given : 'off';
};

/** The table of what was counted, where there is one. */
export const table = async (osls: Osls) =>
  (await state(osls)) === 'on' ? liveWindowsTable.name : { Ref: 'AWS::NoValue' };

/** How long the windows of the event source mapping are. */
export const seconds = (): number => baseSeconds(knownWindows);

const operators: Readonly<Record<WindowAlarm['comparison'], string>> = {
  '<': 'LessThanThreshold',
  '<=': 'LessThanOrEqualToThreshold',
  '>': 'GreaterThanThreshold',
  '>=': 'GreaterThanOrEqualToThreshold',
};

const minutesText = (minutes: number): string => (minutes === 1 ? '1 minute' : `${minutes} minutes`);

const alarmOf = (stage: string, { name }: WindowType, alarm: WindowAlarm) => {
  const { measure, comparison, threshold, seconds: period } = alarm;
  const says = `${measure} ${comparison} ${threshold} for ${minutesText(period / 60)}`;
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `headrace-${stage}-window-${name}`,
      AlarmDescription: `The window ${name} counts ${says}, as its file asks to be told. docs/guides/windows.md#an-alarm`,
      Namespace: `Headrace/${stage}`,
      MetricName: measure,
      Dimensions: [
        { Name: 'service', Value: 'windows' },
        { Name: 'window', Value: name },
      ],
      Statistic: 'Sum',
      Period: period,
      EvaluationPeriods: 1,
      Threshold: threshold,
      ComparisonOperator: operators[comparison],
      // Nothing is counted where nothing comes: that is few, and not many.
      TreatMissingData: comparison.startsWith('<') ? 'breaching' : 'notBreaching',
      AlarmActions: [{ Ref: 'AlarmTopic' }],
      OKActions: [{ Ref: 'AlarmTopic' }],
    },
  };
};

/** The alarms that the files of windows declare. */
export const alarmsOf = (stage: string, windows: readonly WindowType[]) => ({
  Resources: Object.fromEntries(
    windows.flatMap((window) =>
      window.alarm === undefined
        ? []
        : [[`${pascal(window.name)}WindowAlarm`, alarmOf(stage, window, window.alarm)] as const],
    ),
  ),
});

/** What windows.js gives to osls. */
export const alarms = async (osls: Osls) =>
  alarmsOf(await osls.resolveVariable('sls:stage'), (await state(osls)) === 'on' ? knownWindows : []);
