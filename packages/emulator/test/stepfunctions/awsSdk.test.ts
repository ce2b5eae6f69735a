import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/contracts.ts';
import { fixture, oneTask, outputOf } from '../../src/testing/stepFunctions.ts';

const sdk = (action: string) => `arn:aws:states:::aws-sdk:${action}`;

describe('aws-sdk integrations', () => {
  test('call the service of the stage, and show times as ISO texts', async () => {
    const GetCrawler = () => ({
      Crawler: { Name: 'c', State: 'READY', LastCrawl: { StartTime: 1793491200 } },
    });
    const { run, calls } = fixture({ services: { glue: { GetCrawler } } });

    const ended = await run(oneTask(sdk('glue:getCrawler'), { Parameters: { Name: 'c' } }));

    expect(calls).toMatchObject([{ service: 'glue', action: 'GetCrawler', input: { Name: 'c' } }]);
    expect(outputOf(ended)).toEqual({
      Crawler: { Name: 'c', State: 'READY', LastCrawl: { StartTime: '2026-11-01T00:00:00.000Z' } },
    });
  });

  test("errors are named by service and shape, which is what the machine's Retry matches", async () => {
    let crawls = 2;
    const StartCrawler = () => {
      crawls -= 1;
      if (crawls > 0) throw new AwsError('CrawlerRunningException', 'Crawler c has already started');
      return {};
    };
    const { run, calls } = fixture({ services: { glue: { StartCrawler } } });
    const Retry = [{ ErrorEquals: ['Glue.CrawlerRunningException'], IntervalSeconds: 20 }];

    expect(await run(oneTask(sdk('glue:startCrawler'), { Parameters: { Name: 'c' }, Retry }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(calls).toHaveLength(2);
  });

  test('a shape whose name does not end in Exception gets the ending Java gives it', async () => {
    const { run } = fixture();
    const Parameters = { StateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:none' };

    expect(await run(oneTask(sdk('sfn:startExecution'), { Parameters }))).toMatchObject({
      error: 'Sfn.StateMachineDoesNotExistException',
    });
  });

  test("Step Functions' own camelCase is PascalCase in and out", async () => {
    const { run } = fixture();

    const ended = await run(oneTask(sdk('sfn:listStateMachines'), { Parameters: { MaxResults: 5 } }));

    expect(outputOf(ended)).toEqual({
      StateMachines: [
        expect.objectContaining({ Name: 'm', Type: 'STANDARD', CreationDate: '2026-11-01T00:00:00.000Z' }),
      ],
    });
  });

  test('a blob is given as text or JSON and sent as base64', async () => {
    const { run, calls } = fixture({ services: { kinesis: { PutRecord: () => ({ ShardId: 's' }) } } });
    const Parameters = { StreamName: 's', PartitionKey: 'k', Data: { a: 1 } };

    await run(oneTask(sdk('kinesis:putRecord'), { Parameters }));

    expect(Buffer.from(String(calls[0]?.input.Data), 'base64').toString()).toBe('{"a":1}');
  });

  test('an action the stage does not emulate fails the execution: it is nothing a machine should catch', async () => {
    const { run } = fixture({ services: { glue: {} } });
    const fields = { Parameters: {}, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }] };
    const machine = oneTask(sdk('glue:createJob'), fields);

    const ended = await run({ ...machine, States: { ...Object(machine.States), C: { Type: 'Succeed' } } });

    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(String(ended.cause)).toContain('glue.CreateJob is not emulated');
  });
});
