import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Resources, resourcesOf } from '../../scripts/resourceList.ts';
import { packaged } from '../helpers/packaged.ts';

const none = z.object({ Ref: z.literal('AWS::NoValue') }).transform(() => undefined);
const days = z.union([z.number(), none]).optional();
const rule = z.object({
  Id: z.string(),
  Status: z.literal('Enabled'),
  Prefix: z.string().optional(),
  ObjectSizeGreaterThan: z.string().optional(),
  ExpirationInDays: days,
  Transitions: z.array(z.object({ StorageClass: z.string(), TransitionInDays: z.number() })).default([]),
  NoncurrentVersionExpiration: z.object({ NoncurrentDays: z.number() }).optional(),
  AbortIncompleteMultipartUpload: z.object({ DaysAfterInitiation: z.number() }).optional(),
  ExpiredObjectDeleteMarker: z.boolean().optional(),
});
const bucket = z.looseObject({ LifecycleConfiguration: z.object({ Rules: z.array(rule) }) });

let resources: Resources;
let rules: z.infer<typeof rule>[];
let ofFailed: z.infer<typeof rule>[];

beforeAll(async () => {
  const { folder } = await packaged('prod');
  resources = resourcesOf(join(folder, 'cloudformation-template-update-stack.json'));
  rules = bucket.parse(resources.LakeBucket?.Properties).LifecycleConfiguration.Rules;
  ofFailed = bucket.parse(resources.FailedBucket?.Properties).LifecycleConfiguration.Rules;
}, 200_000);

const KIB = 1024;
const about = (prefix: string) => rules.filter(({ Prefix }) => Prefix === prefix);
const movesOf = (prefix: string) =>
  about(prefix).flatMap(({ Transitions, ObjectSizeGreaterThan }) =>
    Transitions.map((move) => ({ ...move, from: Number(ObjectSizeGreaterThan ?? -1) + 1 })),
  );

describe('the life of the lake', () => {
  test('never ends a raw object, a build or a mart, nor a batch that could not be landed', () => {
    const ending = rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    expect(ending.map(({ Prefix }) => Prefix).sort()).toEqual([
      'archive/',
      'aws-lambda-replayed/',
      'live/', // counts, which builds replace
      'quarantine-replayed/',
      'quarantine/',
      'rejected/',
      'reports/',
    ]);
  });

  test('moves raw objects where it pays: not below the sizes that the colder classes bill at least', () => {
    expect(movesOf('raw/')).toEqual([
      { StorageClass: 'STANDARD_IA', TransitionInDays: 90, from: 128 * KIB },
      { StorageClass: 'GLACIER_IR', TransitionInDays: 365, from: 256 * KIB },
    ]);
  });

  test('leaves an object in IA for longer than the 30 days that are billed anyway', () => {
    const [toInfrequent, toGlacier] = movesOf('raw/').map(({ TransitionInDays }) => TransitionInDays);
    expect(Number(toInfrequent)).toBeGreaterThanOrEqual(30);
    expect(Number(toGlacier) - Number(toInfrequent)).toBeGreaterThanOrEqual(30);
  });

  test('moves curated files to the class that charges nothing for reading', () => {
    expect(movesOf('events/')).toEqual([
      { StorageClass: 'INTELLIGENT_TIERING', TransitionInDays: 30, from: 0 },
    ]);
  });

  test('moves no object to a class from which reading takes hours: late events read any hour again', () => {
    const classes = rules.flatMap(({ Transitions }) => Transitions.map(({ StorageClass }) => StorageClass));
    expect(classes.filter((one) => ['GLACIER', 'DEEP_ARCHIVE'].includes(one))).toEqual([]);
  });

  test('keeps deleted versions longer of what there is one copy of', () => {
    const kept = Object.fromEntries(
      rules.flatMap(({ Prefix, NoncurrentVersionExpiration: versions }) =>
        Prefix && versions ? [[Prefix, versions.NoncurrentDays]] : [],
      ),
    );
    expect(kept).toEqual({
      'raw/': 30,
      'quarantine/': 30,
      'aws/lambda/': 30,
      'imports/': 2,
      'live/': 2,
      'events/': 2,
      'marts/': 2,
      'reports/': 2,
      'aws-lambda-replayed/': 2,
      'quarantine-replayed/': 2,
      'rejected/': 2,
      'archive/': 2,
    });
  });

  test('has a rule for every place that a role may write to, so that nothing piles up unseen', () => {
    const written = new Set(
      [...JSON.stringify(resources).matchAll(/"\$\{LakeBucket\.Arn\}\/([a-z-]+(?:\/lambda)?\/)/g)].map(
        ([, prefix]) => prefix,
      ),
    );
    expect(written.size).toBeGreaterThan(4);
    expect([...written].filter((prefix) => about(prefix ?? '').length === 0)).toEqual([]);
  });

  test('ends unfinished uploads after a day and clears away markers of what is gone', () => {
    expect(rules.flatMap((one) => one.AbortIncompleteMultipartUpload ?? [])).toEqual([
      { DaysAfterInitiation: 1 },
    ]);
    expect(rules.filter((one) => one.ExpiredObjectDeleteMarker)).toHaveLength(1);
  });

  test('lets nobody but people delete a version', () => {
    expect(JSON.stringify(resources)).not.toContain('s3:DeleteObjectVersion');
    expect(resources.LakeBucket?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  });

  test('of a batch that land gave up ends once it was replayed, not before', () => {
    const lives = ofFailed.map(({ Prefix, ExpirationInDays, NoncurrentVersionExpiration: versions }) => [
      Prefix,
      ExpirationInDays,
      versions?.NoncurrentDays,
    ]);
    expect(lives.filter(([prefix]) => prefix !== undefined)).toEqual([
      ['aws/lambda/', undefined, 30],
      ['aws-lambda-replayed/', 400, 2],
    ]);
    expect(resources.FailedBucket?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  });

  test('gives query results a week', () => {
    const results = bucket.parse(resources.ResultsBucket?.Properties).LifecycleConfiguration.Rules;
    expect(results.flatMap(({ ExpirationInDays }) => ExpirationInDays ?? [])).toEqual([7]);
  });
});

describe('the docs', () => {
  const names: Record<string, string> = {
    STANDARD_IA: 'IA after',
    GLACIER_IR: 'Glacier Instant Retrieval after',
    INTELLIGENT_TIERING: 'Intelligent-Tiering after',
  };

  test('promise of each place in the lake what its rules do', () => {
    const rows = readFileSync('docs/guides/operations.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const broken = rules
      .filter(({ Prefix }) => Prefix !== undefined)
      .flatMap(({ Id, Prefix, ExpirationInDays, NoncurrentVersionExpiration: versions, Transitions }) => {
        const row = rows.find((line) => line.includes(`| \`${Prefix}\` |`)) ?? '';
        const said = [
          ...(ExpirationInDays === undefined ? [] : [`${ExpirationInDays} days`]),
          ...(versions === undefined ? [] : [String(versions.NoncurrentDays)]),
          ...Transitions.map((move) => `${names[move.StorageClass]} ${move.TransitionInDays} days`),
        ];
        return said.filter((text) => !row.includes(text)).map((text) => `${Id}: ${text}`);
      });
    expect(broken).toEqual([]);
  });
});
