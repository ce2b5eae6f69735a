import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CliError, messageOf } from '../../client/failure.ts';

const usd = z.number().nonnegative();

/** A price file: resources/prices/<region>.json, or one of your own with the same fields. */
const priceFile = z.strictObject({
  region: z.string(),
  /** month of the list */
  asOf: z.string().regex(/^\d{4}-\d{2}$/),
  currency: z.literal('USD'),
  source: z.string(),
  prices: z.strictObject({
    /** HTTP API, each begun 512 KB */
    apiRequest: usd,
    lambdaRequest: usd,
    lambdaGbSecondArm: usd,
    lambdaGbSecondX86: usd,
    /** on demand */
    kinesisStreamHour: usd,
    kinesisGbIn: usd,
    kinesisGbOut: usd,
    /** of a consumer with enhanced fan-out */
    kinesisFanOutGbOnDemand: usd,
    /** beyond the first 24 hours */
    kinesisGbMonthExtended: usd,
    /** provisioned */
    kinesisShardHour: usd,
    kinesisShardHourExtended: usd,
    /** each begun 25 KB of a record */
    kinesisPutUnit: usd,
    /** of each consumer with enhanced fan-out, and what it reads */
    kinesisFanOutShardHour: usd,
    kinesisFanOutGb: usd,
    /** of a Kinesis stream, each record rounded up to 5 KB */
    firehoseGb: usd,
    /** PUT, COPY, LIST */
    s3Write: usd,
    /** GET, HEAD */
    s3Read: usd,
    s3TransitionIa: usd,
    s3TransitionGlacierIr: usd,
    s3GbMonth: usd,
    s3GbMonthIa: usd,
    s3GbMonthGlacierIr: usd,
    /** a month of an object in Intelligent-Tiering, beside its bytes, which cost as those of the classes above */
    s3TieringObject: usd,
    /** on demand, each begun KB */
    dynamodbWrite: usd,
    /** on demand, consistent, each begun 4 KB */
    dynamodbRead: usd,
    stateTransition: usd,
    schedulerInvocation: usd,
    athenaTb: usd,
    glueDpuHour: usd,
    glueRequest: usd,
    logsGb: usd,
    logsGbMonth: usd,
    metricMonth: usd,
    alarmMonth: usd,
    dashboardMonth: usd,
    xrayTrace: usd,
    secretMonth: usd,
    kmsKeyMonth: usd,
    kmsRequest: usd,
    /** Aurora Serverless v2, Standard: a capacity unit, storage, a request of I/O */
    auroraAcuHour: usd,
    auroraGbMonth: usd,
    auroraIo: usd,
    /** an interface endpoint in one zone */
    vpcEndpointHour: usd,
  }),
});

export type PriceFile = z.infer<typeof priceFile>;
export type Prices = PriceFile['prices'];

export const DEFAULT_PRICES = 'resources/prices/us-east-1.json';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The project's own list unless a file is given. Throws CliError naming the file and the field that is missing or
 * wrong.
 */
export const readPrices = (given?: string): PriceFile => {
  const path = given ?? join(ROOT, DEFAULT_PRICES);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new CliError(
      `${path} is not a price file: ${messageOf(cause)}`,
      `Copy ${DEFAULT_PRICES} and change its numbers.`,
      { cause },
    );
  }
  const parsed = priceFile.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new CliError(
    `${path} is not a price file: ${z.prettifyError(parsed.error)}`,
    `It needs the fields of ${DEFAULT_PRICES}.`,
  );
};
