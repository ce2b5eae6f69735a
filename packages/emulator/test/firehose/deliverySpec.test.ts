import { describe, expect, test } from '@jest/globals';
import { deliverySpec } from '../../src/firehose/deliverySpec.ts';
import { objectKey, prefixFault } from '../../src/firehose/prefix.ts';
import { properties } from './fixture.ts';

const OLDEST_MS = Date.parse('2026-11-01T05:06:07Z');

const keyOf = (prefix: string): string =>
  objectKey({ prefix, deliveryStream: 'archive', version: 3, extension: '' }, OLDEST_MS).slice(0, -37);

describe('the key of an object', () => {
  test.each([
    ['', '2026/11/01/05/archive-3-2026-11-01-05-06-07'],
    ['archive/', 'archive/2026/11/01/05/archive-3-2026-11-01-05-06-07'],
    [
      'archive/dt=!{timestamp:yyyy-MM-dd}/hr=!{timestamp:HH}/',
      'archive/dt=2026-11-01/hr=05/archive-3-2026-11-01-05-06-07',
    ],
    ["!{timestamp:'year='yyyy/mm'm'ss}/", 'year=2026/06m07/archive-3-2026-11-01-05-06-07'],
  ])('with the prefix %j is %s and a random end', (prefix, key) => {
    expect(keyOf(prefix)).toBe(key);
  });

  test('has another random text at every !{firehose:random-string}', () => {
    const prefix = '!{firehose:random-string}/!{firehose:random-string}/!{timestamp:yyyy}/';
    const [first = '', second = ''] = keyOf(prefix).split('/');
    expect(first).toMatch(/^[\w]{11}$/);
    expect(second).toMatch(/^[\w]{11}$/);
    expect(first).not.toBe(second);
  });
});

describe('two prefixes', () => {
  test.each([
    ['archive/', undefined, undefined],
    ['!{timestamp:yyyy}/', 'failed/!{firehose:error-output-type}/', undefined],
    ['!{timestamp:yyyy}/', undefined, 'must hold !{firehose:error-output-type}'],
    ['!{timestamp:yyyy}/', 'failed/', 'must hold !{firehose:error-output-type}'],
    ['!{firehose:error-output-type}/', 'f/!{firehose:error-output-type}/', 'not allowed there'],
    ['!{timestamp:YYYY}/', 'f/!{firehose:error-output-type}/', '!{timestamp:YYYY}'],
    ['!{partitionKeyFromQuery:a}/', 'f/!{firehose:error-output-type}/', '!{partitionKeyFromQuery:a}'],
  ])('%j and %j: %s', (prefix, errorPrefix, fault) => {
    const found = prefixFault(prefix, errorPrefix);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });
});

describe('a delivery stream of the template', () => {
  test("has Firehose's defaults", () => {
    const { ExtendedS3DestinationConfiguration: _, ...rest } = properties();
    const plain = { BucketARN: 'arn:aws:s3:::lake', RoleARN: 'arn:aws:iam::0:role/r' };
    expect(deliverySpec('a', 1, { ...rest, ExtendedS3DestinationConfiguration: plain })).toMatchObject({
      ...{ bufferMs: 300_000, bufferBytes: 5 * 1024 * 1024, gzip: false, extension: '', delimiter: '' },
    });
  });

  test.each<[string, Parameters<typeof properties>[0]]>([
    ['of the compressions only GZIP', { CompressionFormat: 'ZIP' }],
    ['dynamic partitioning', { DynamicPartitioningConfiguration: { Enabled: true } }],
    ['Parquet', { DataFormatConversionConfiguration: { Enabled: 'true' } }],
    ['a backup', { S3BackupMode: 'Enabled' }],
    [
      'AppendDelimiterToRecord',
      { ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'Lambda' }] } },
    ],
    ['only UTC', { CustomTimeZone: 'Asia/Tokyo' }],
    ['900', { BufferingHints: { IntervalInSeconds: 901, SizeInMBs: 1 } }],
    ['128', { BufferingHints: { IntervalInSeconds: 1, SizeInMBs: 129 } }],
  ])('is refused by name: %s', (name, destination) => {
    expect(() => deliverySpec('a', 1, properties(destination))).toThrow(name);
  });

  test('with another source or destination is refused by name', () => {
    expect(() => deliverySpec('a', 1, { ...properties(), DeliveryStreamType: 'DirectPut' })).toThrow(
      'KinesisStreamAsSource',
    );
    expect(() => deliverySpec('a', 1, { ...properties(), SplunkDestinationConfiguration: {} })).toThrow(
      'SplunkDestinationConfiguration: only ExtendedS3DestinationConfiguration is emulated',
    );
  });
});
