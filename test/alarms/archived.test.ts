import '../helpers/someWindow.ts';
import { expect, test } from '@jest/globals';
import { reportInput } from '../helpers/reportInput.ts';
import { eachDependencies, HOUR, MINUTE } from './support/dependencies.ts';
import { speaking } from './support/spoken.ts';

/** What Firehose says of its deliveries, and what runs find when they compare the archive with the lake. */

const dependencies = eachDependencies();
const report = speaking(dependencies, 'ReportLambdaFunction', () => import('../../functions/report.ts'));

const delivers = (name: string, value: number, unit: string): void =>
  dependencies.measure({
    ...{ namespace: 'AWS/Firehose', name: `DeliveryToS3.${name}`, value, unit },
    dimensions: { DeliveryStreamName: dependencies.resource('Archive').name },
  });

const forFiveMinutes = async (periods: number, say: () => void): Promise<void> => {
  for (let period = 0; period < periods; period += 1) {
    say();
    await dependencies.pass(5 * MINUTE);
  }
};

test('archive-not-fresh rings at the third old delivery of an hour, and says when it is over', async () => {
  await forFiveMinutes(4, () => delivers('DataFreshness', 3_600, 'Seconds'));
  expect(await dependencies.mailed()).toEqual([]);
  await forFiveMinutes(4, () => delivers('DataFreshness', 3_700, 'Seconds'));
  expect(await dependencies.mailed()).toEqual(['ALARM archive-not-fresh']);
  await forFiveMinutes(13, () => delivers('DataFreshness', 60, 'Seconds'));
  expect(await dependencies.mailed()).toEqual(['OK archive-not-fresh']);
});

test('archive-failures rings when S3 refuses in three minutes of an hour, and not for one', async () => {
  await forFiveMinutes(1, () => delivers('Success', 0, 'Count'));
  await forFiveMinutes(3, () => delivers('Success', 1, 'Count'));
  expect(await dependencies.told()).toEqual([]);
  await forFiveMinutes(2, () => delivers('Success', 0, 'Count'));
  expect(await dependencies.told()).toEqual(['archive-failures']);
});

const row = (...values: string[]) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) });
const header = row('missing', 'lines', 'first_hour', 'example');

/** A run that compared the archive, and what it found missing. */
const compared = async (execution: string, ...missing: string[]): Promise<void> => {
  const rows = missing.map((side) => row(side, '3', '2026-11-01T05', 'e1'));
  const tally = { archive: { from: '2026-11-01T05', to: '2026-11-01T06' } };
  await report(reportInput(execution, { tally, warnings: [{ name: 'archive', rows: [header, ...rows] }] }));
  await dependencies.pass(15 * MINUTE);
};

const sides = [
  ['archive-lost', 'archivedNotLanded'],
  ['archive-incomplete', 'landedNotArchived'],
] as const;

const rings = async (alarm: string, side: string): Promise<void> => {
  await compared('run-1', side);
  await compared('run-2');
  await dependencies.pass(3 * HOUR);
  expect(await dependencies.told()).toEqual([]);
  await compared('run-3', side);
  await compared('run-4', side);
  expect(await dependencies.told()).toEqual([alarm]);
};

test('archive-lost rings when two runs find events that have not landed, and not when it was only late', () =>
  rings(...sides[0]));

test('archive-incomplete rings when two runs find events that are not archived, and not when it was only late', () =>
  rings(...sides[1]));

test('runs that find both sides alike ring nothing', async () => {
  await compared('run-1');
  await compared('run-2');
  expect(await dependencies.told()).toEqual([]);
});
