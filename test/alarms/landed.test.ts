import '../helpers/someWindow.ts';
import { expect, test } from '@jest/globals';
import { aRecord, kinesisEventOf, lineOf } from '../helpers/records.ts';
import { eachDependencies, MINUTE } from './support/dependencies.ts';
import { speaking } from './support/spoken.ts';

/** The real function, given batches of the stream; its own lines feed the alarms. */

const dependencies = eachDependencies();
const land = speaking(dependencies, 'LandLambdaFunction', () => import('../../functions/land.ts'));

let sequence = 100;

/** One batch: so many good lines, so many that are not events. */
const batch = async (good: number, bad: number): Promise<void> => {
  const lines = [
    ...Array.from({ length: good }, () => lineOf()),
    ...Array.from({ length: bad }, () => 'no json'),
  ];
  sequence += 1;
  await land(kinesisEventOf([aRecord(String(sequence), lines)]));
};

test('quarantine-rate rings when for half an hour more than one event in twenty is bad', async () => {
  for (let minute = 0; minute < 15; minute += 1) {
    await batch(180, 20);
    await dependencies.pass(MINUTE, { events: false });
  }
  expect(await dependencies.told()).toEqual([]);
  for (let minute = 0; minute < 15; minute += 1) {
    await batch(180, 20);
    await dependencies.pass(MINUTE, { events: false });
  }
  expect(await dependencies.told()).toEqual(['quarantine-rate']);
});

test('a few bad events of a few are not a rate', async () => {
  for (let minute = 0; minute < 60; minute += 10) {
    await batch(1, 5);
    await dependencies.pass(10 * MINUTE, { events: false });
  }
  expect(await dependencies.told()).toEqual([]);
});
