import '../helpers/someWindow.ts';
import { beforeAll, expect, test } from '@jest/globals';
import type { TemplateResource } from 'headrace-emulator/template';
import { z } from 'zod';
import { HOUR, MINUTE, measuringState, onceDependencies, shortName } from './support/dependencies.ts';

/** A day in which everything goes wrong all the time: how many mails is that? */

const dependencies = onceDependencies();

const metric = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z
    .array(z.object({ Name: z.string(), Value: z.string() }))
    .transform((all) => Object.fromEntries(all.map(({ Name, Value }) => [Name, Value]))),
});
const alarm = metric.extend({
  AlarmName: z.string(),
  Threshold: z.coerce.number(),
  ComparisonOperator: z.string(),
});

/** Alarms that ring because nothing comes: to say nothing is their trouble. */
const ofSilence = ['door-silent', 'etl-silent'];
/** Its trouble is a share of two metrics. */
const OF_SHARE = 'quarantine-rate';

/** Its trouble is the sum of two metrics: crashes, and batches that are handed back. */
const OF_SUM = 'postgres-errors';

/** One alarm's trouble: what it takes to say it, and in which minutes it is said. */
interface Trouble {
  say(): void;
  comesIn(minute: number): boolean;
}

/** A run every quarter of an hour, which takes two minutes longer or shorter to fail. */
const ofRuns = (minute: number): boolean => minute % 15 === [5, 3, 7, 4][Math.floor(minute / 15) % 4];
/** Ten minutes of trouble, five of none: a service that limps. */
const limping = (minute: number): boolean => minute % 15 < 10;
/** A batch an hour, where few send. */
const hourly = (minute: number): boolean => minute % 60 === 30;

const comesInOf = ({ Namespace, MetricName, Dimensions }: z.infer<typeof metric>) => {
  if (Namespace === 'AWS/States') return ofRuns;
  if (['plan', 'report', 'recordFailure'].includes(Dimensions.service ?? '')) return ofRuns;
  if (/recordFailure$/.test(Dimensions.FunctionName ?? '')) return ofRuns;
  return /^(Dropped|OnFailure)/.test(MetricName) ? hourly : limping;
};

const say = ({ Namespace, MetricName, Dimensions }: z.infer<typeof metric>, value: number): void =>
  dependencies.measure({
    namespace: Namespace,
    name: MetricName,
    dimensions: Dimensions,
    value,
    unit: 'Count',
  });

const troubleOf = ({ properties }: TemplateResource): Trouble => {
  const one = alarm.parse(properties);
  const bad = one.ComparisonOperator.startsWith('Less') ? 0 : 2 * one.Threshold + 1;
  return { say: () => say(one, bad), comesIn: comesInOf(one) };
};

const by = (service: string, MetricName: string) =>
  metric.parse({ Namespace: 'Headrace/prod', MetricName, Dimensions: [{ Name: 'service', Value: service }] });

const share: Trouble = {
  say: () => {
    say(by('land', 'LinesQuarantined'), 300);
    say(by('land', 'RowsLanded'), 300);
  },
  comesIn: limping,
};

const handedBack: Trouble = { say: () => say(by('postgres', 'PostgresFailures'), 3), comesIn: limping };

let names: string[];
let troubles: Trouble[];
beforeAll(() => {
  const alarms = dependencies.resources.filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
  names = alarms.map(({ name }) => shortName(name)).sort();
  const counted = alarms.filter(({ name }) => ![...ofSilence, OF_SHARE, OF_SUM].includes(shortName(name)));
  troubles = [...counted.map(troubleOf), share, handedBack];
});

const aBadDay = async (): Promise<void> => {
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    for (const trouble of troubles) if (trouble.comesIn(minute)) trouble.say();
    await dependencies.pass(MINUTE, { runs: false, events: false });
  }
};

const mails = async (): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const mail of await dependencies.mailed()) counts[mail] = (counts[mail] ?? 0) + 1;
  return counts;
};

test('a trouble that lasts for a day is one mail, whatever it is; its end is one more of those that measure a state', async () => {
  await aBadDay();
  expect(await mails()).toEqual(Object.fromEntries(names.map((name) => [`ALARM ${name}`, 1])));
  await dependencies.pass(5 * HOUR);
  expect(await mails()).toEqual(Object.fromEntries(measuringState.map((name) => [`OK ${name}`, 1])));
  expect(dependencies.ringing()).toEqual([]);
}, 300_000);
