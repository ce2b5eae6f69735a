import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { parseInput } from '../../endpoint/parseInput.ts';
import { nameString } from '../core.ts';

const s3Target = z.object({
  Path: z.string().min(1),
  Exclusions: z.array(z.string()).default([]),
  SampleSize: z.int().min(1).max(249).nullish(),
});

const behavior = z.object({ AddOrUpdateBehavior: z.string().optional() }).optional();

/** What the JSON of `Configuration` says that we heed. */
const configuration = z.object({
  CrawlerOutput: z.object({ Tables: behavior, Partitions: behavior }).optional(),
  Grouping: z
    .object({
      TableGroupingPolicy: z.literal('CombineCompatibleSchemas').optional(),
      TableLevelConfiguration: z.int().min(1).optional(),
    })
    .optional(),
});

/** What a crawl needs to know; everything else of a definition is only kept. */
const crawlerDefinition = z.object({
  Name: z.string().min(1).max(255),
  Role: z.string().min(1),
  DatabaseName: nameString.optional(),
  TablePrefix: z.string().max(128).default(''),
  Targets: z.object({ S3Targets: z.array(s3Target).min(1) }),
  RecrawlPolicy: z
    .object({
      RecrawlBehavior: z.enum(['CRAWL_EVERYTHING', 'CRAWL_NEW_FOLDERS_ONLY']).default('CRAWL_EVERYTHING'),
    })
    .default({ RecrawlBehavior: 'CRAWL_EVERYTHING' }),
  SchemaChangePolicy: z
    .object({
      UpdateBehavior: z.enum(['LOG', 'UPDATE_IN_DATABASE']).default('UPDATE_IN_DATABASE'),
      DeleteBehavior: z
        .enum(['LOG', 'DELETE_FROM_DATABASE', 'DEPRECATE_IN_DATABASE'])
        .default('DEPRECATE_IN_DATABASE'),
    })
    .default({ UpdateBehavior: 'UPDATE_IN_DATABASE', DeleteBehavior: 'DEPRECATE_IN_DATABASE' }),
  Configuration: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return configuration.parse(JSON.parse(text));
      } catch {
        context.addIssue({ code: 'custom', message: 'is not a valid crawler configuration' });
        return z.NEVER;
      }
    }),
});

/** Throws InvalidInputException when a definition is not one that AWS, or we, could run. */
export const parseDefinition = (body: JsonObject): CrawlerDefinition => {
  const definition = parseInput(crawlerDefinition, body, 'InvalidInputException');
  const { UpdateBehavior, DeleteBehavior } = definition.SchemaChangePolicy;
  const onlyLogs = UpdateBehavior === 'LOG' && DeleteBehavior === 'LOG';
  if (definition.RecrawlPolicy.RecrawlBehavior === 'CRAWL_NEW_FOLDERS_ONLY' && !onlyLogs) {
    throw new AwsError(
      'InvalidInputException',
      'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG DeleteBehavior value and LOG UpdateBehavior value.',
    );
  }
  return definition;
};

export type CrawlerDefinition = z.infer<typeof crawlerDefinition>;
