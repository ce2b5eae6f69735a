import '../../helpers/someWindow.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Timer } from 'headrace-emulator';
import {
  alarmSpec,
  IN_MEMORY,
  openCloudWatch,
  openMessaging,
  openStore,
  startEndpoint,
} from 'headrace-emulator/services';
import {
  callOverHttp,
  callQuery,
  parseTemplate,
  resolveTemplate,
  TEMPLATE_FILE,
  type TemplateResource,
} from 'headrace-emulator/template';
import { z } from 'zod';
import { packageStage } from '../../../client/package.ts';
import { madeEach, madeOnce } from '../../helpers/made.ts';
import { addingParams } from '../../helpers/packaged.ts';
import { type Speaker, sayUsual } from './usual.ts';

const START_MS = Date.parse('2026-11-01T05:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** The stage whose alarms are rung: of those that are deployed, the one with all of them on that its params can add. */
const STAGE = 'prod';

/** Headrace's own alarms under the real topic, at a clock that the test moves. */
export interface Dependencies extends Speaker {
  resources: readonly TemplateResource[];
  /** a line that a function wrote */
  logLine(line: string): void;
  /** As much time passes. Meanwhile everything is as usual, but for what the test keeps from happening. */
  pass(ms: number, except?: { runs?: boolean; events?: boolean }): Promise<void>;
  /** short names of the alarms that ring, sorted */
  ringing(): string[];
  /** Short names of alarms that have told the topic's subscribers that they ring, in order, since this was last asked. */
  told(): Promise<string[]>;
  /** Every message that the topic's subscribers have got since: `ALARM etl-failed`, `OK not-fresh`. */
  mailed(): Promise<string[]>;
  /** Resolves when the condition holds; the event loop goes on in between. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export const resourcesOf = async (stage: string): Promise<TemplateResource[]> => {
  const folder = await packageStage(stage, stage === STAGE ? addingParams : {});
  const template = parseTemplate(JSON.parse(readFileSync(join(folder, TEMPLATE_FILE), 'utf8')));
  return resolveTemplate(template, { stack: `headrace-${stage}`, endpoint: 'http://127.0.0.1:1' });
};

/** Alarms that measure how things stand, sorted. The others count what went wrong. */
export const measuringState = [
  'archive-not-fresh',
  'door-silent',
  'door-slow',
  'etl-silent',
  'land-behind',
  'not-fresh',
  'postgres-behind',
  'postgres-full',
  'quarantine-rate',
  'windows-behind',
];

export const shortName = (alarm: string): string => alarm.replace(`headrace-${STAGE}-`, '');

const received = z.object({ Body: z.string(), ReceiptHandle: z.string() });
const envelope = z.object({ Message: z.string() });
const alarmMessage = z.object({ AlarmName: z.string(), NewStateValue: z.string() });

/** A subscriber of the topic: a queue, as SNS here delivers to nothing else. */
const subscribe = async (endpoint: string, topic: string) => {
  await callQuery(endpoint, 'sns', { Action: 'CreateTopic', Name: topic.split(':').at(-1) ?? '' });
  const { QueueUrl } = await callOverHttp(endpoint, 'AmazonSQS.CreateQueue', 'sqs', { QueueName: 'on-call' });
  const Endpoint = 'arn:aws:sqs:us-east-1:000000000000:on-call';
  await callQuery(endpoint, 'sns', { Action: 'Subscribe', TopicArn: topic, Protocol: 'sqs', Endpoint });
  const receive = async (): Promise<z.infer<typeof alarmMessage>[]> => {
    const input = { QueueUrl: QueueUrl ?? '', MaxNumberOfMessages: 10 };
    const { Messages } = await callOverHttp(endpoint, 'AmazonSQS.ReceiveMessage', 'sqs', input);
    const bodies = Array.isArray(Messages) ? Messages : [];
    const found = [];
    for (const message of bodies) {
      const { Body, ReceiptHandle } = received.parse(message);
      found.push(alarmMessage.parse(JSON.parse(envelope.parse(JSON.parse(Body)).Message)));
      await callOverHttp(endpoint, 'AmazonSQS.DeleteMessage', 'sqs', {
        QueueUrl: QueueUrl ?? '',
        ReceiptHandle,
      });
    }
    return found.length === 0 ? [] : [...found, ...(await receive())];
  };
  return receive;
};

export const openDependencies = async (): Promise<Dependencies> => {
  const resources = await resourcesOf(STAGE);
  const resource = (logicalId: string): TemplateResource => {
    const found = resources.find((each) => each.logicalId === logicalId);
    if (found) return found;
    throw new Error(`The template has no ${logicalId}`);
  };
  const messaging = await openMessaging(IN_MEMORY);
  const none = { s3: () => {}, dynamodb: () => {} };
  const endpoint = await startEndpoint({ port: 0, json: [], ...none, messaging: messaging.handle });
  const topic = resource('AlarmTopic').ref;
  const receive = await subscribe(endpoint.url, topic);

  let now = START_MS;
  const untilClosed: Timer['sleep'] = (_ms, signal) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const db = openStore(IN_MEMORY);
  const service = openCloudWatch({ db, timer: { now: () => now, sleep: untilClosed } });
  service.watch((TopicArn, Subject, Message) =>
    callQuery(endpoint.url, 'sns', { Action: 'Publish', TopicArn, Subject, Message }),
  );
  for (const each of resources)
    if (each.type === 'AWS::CloudWatch::Alarm') service.deployAlarm(alarmSpec(each));

  const dependencies: Dependencies = {
    resources,
    resource,
    measure: service.measure,
    logLine: service.readLogLine,
    now: () => now,
    async pass(ms, except = {}) {
      const end = now + ms;
      for (let next = minuteAfter(now); next <= end; next = minuteAfter(now)) {
        sayUsual(dependencies, except);
        now = next;
        await service.evaluate(now);
      }
      now = end;
    },
    ringing: () =>
      service
        .alarms()
        .filter(({ state, spec }) => state === 'ALARM' && spec.actionsEnabled)
        .map(({ spec }) => shortName(spec.name))
        .sort(),
    async told() {
      const mails = await dependencies.mailed();
      return mails.flatMap((mail) => (mail.startsWith('ALARM ') ? mail.slice('ALARM '.length) : []));
    },
    async mailed() {
      const messages = await receive();
      return messages.map((each) => `${each.NewStateValue} ${shortName(each.AlarmName)}`);
    },
    async until(condition) {
      while (!condition()) await new Promise((done) => setImmediate(done));
    },
    async close() {
      await service.close();
      await endpoint.close();
      await messaging.close();
    },
  };
  // From here on nothing is new: what has no data yet has been said to be well.
  await dependencies.pass(HOUR);
  await dependencies.told();
  return dependencies;
};

const minuteAfter = (ms: number): number => (Math.floor(ms / MINUTE) + 1) * MINUTE;

const close = (dependencies: Dependencies): Promise<void> => dependencies.close();

/** The first to ask packages the stage; on a busy machine that takes minutes. */
const MS_TO_PACKAGE = 200_000;

/** For each test its own. */
export const eachDependencies = (): Dependencies => madeEach(openDependencies, close);

/** The same for all tests of a file. */
export const onceDependencies = (): Dependencies => madeOnce(openDependencies, close, MS_TO_PACKAGE);
