import {
  CreateDatabaseCommand,
  DeleteDatabaseCommand,
  GetDatabaseCommand,
  UpdateDatabaseCommand,
} from '@aws-sdk/client-glue';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import type { JsonService } from '../../src/contracts.ts';
import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRule } from '../../src/faults/rules.ts';
import { eachFaulty } from './fixture.ts';

const start = eachFaulty();

describe('a call that takes effect long after its connection broke', () => {
  const gone = (service: string, operation: string): FaultRule => ({
    service,
    operation,
    kind: 'droppedEffectLate',
    ms: 1_000,
    calls: [1],
  });

  test('of S3 undoes what was done in between, for the client has tried again meanwhile', async () => {
    const { s3, faults } = await start(gone('s3', 'PUT object'), gone('s3', 'POST bucket'));
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
    const object = { Bucket: 'lake', Key: 'raw/one' };
    const put = (Body: string) => s3.send(new PutObjectCommand({ ...object, Body }));
    const text = async () => (await s3.send(new GetObjectCommand(object))).Body?.transformToString();

    await expect(put('first')).rejects.toThrow();
    await put('second');
    expect(await text()).toBe('second');
    await faults.settled();
    expect(await text()).toBe('first');

    const removal = new DeleteObjectsCommand({ Bucket: 'lake', Delete: { Objects: [{ Key: 'raw/one' }] } });
    await expect(s3.send(removal)).rejects.toThrow();
    await put('third');
    await faults.settled();
    await expect(text()).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(faults.counts()).toEqual({ droppedEffectLate: 2 });
  });

  test('of Glue moves what was moved in between, and what it finds no more does no harm', async () => {
    const { glue, faults } = await start(gone('glue', 'UpdateDatabase'), gone('glue', 'DeleteDatabase'));
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'lake' } }));
    const describe = (Description: string) =>
      glue.send(new UpdateDatabaseCommand({ Name: 'lake', DatabaseInput: { Name: 'lake', Description } }));
    const described = async () =>
      (await glue.send(new GetDatabaseCommand({ Name: 'lake' }))).Database?.Description;

    await expect(describe('first')).rejects.toThrow();
    await describe('second');
    expect(await described()).toBe('second');
    await faults.settled();
    expect(await described()).toBe('first');

    const removal = new DeleteDatabaseCommand({ Name: 'lake' });
    await expect(glue.send(removal)).rejects.toThrow();
    await glue.send(removal);
    await faults.settled();
    await expect(described()).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  });

  test('of a state machine tells it at once, and is done when nobody hears how', async () => {
    const faults = createFaults({ seed: '1', rules: [gone('glue', 'StartCrawler')] });
    const asked: string[] = [];
    const crawler: JsonService = {
      name: 'glue',
      targetPrefix: 'AWSGlue',
      jsonVersion: '1.1',
      call: async (operation) => {
        asked.push(operation);
        throw new Error('nobody hears this');
      },
    };

    const call = faults.inProcess(crawler).call('StartCrawler', {}, { accessKeyId: 'machine' });

    await expect(call).rejects.toMatchObject({ error: 'Glue.SdkClientException' });
    expect(asked).toEqual([]);
    await faults.settled();
    expect(asked).toEqual(['StartCrawler']);
  });
});
