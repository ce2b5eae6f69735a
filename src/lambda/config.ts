import { HeadraceError } from '../errors.ts';
import { UTC } from '../json/instants.ts';
import { once } from '../once.ts';
import * as z from '../schema.ts';

const text = once(() => z.string().check(z.minLength(1)));
const positive = once(() => z.coerce.number().check(z.int(), z.positive()));

/**
 * Every environment variable a function may be given; each function's .yml sets only those it uses. Made when they are
 * read: a function reads two or three of them.
 */
const variables = {
  STAGE: text,
  STREAM_NAME: text,
  LAKE_BUCKET: text,
  LEDGER_TABLE: text,
  KEYS_TABLE: text,
  /** ARN of an execution of the machine `etl`, without its name */
  ETL_EXECUTIONS: text,
  /** the secret with the key of personal data; unset where the stage protects none (param personalData) */
  PERSONAL_DATA_KEY: once(() => z.optional(text())),
  DATABASE: text,
  /** the secret with the login that the function has in PostgreSQL */
  POSTGRES_SECRET: text,
  /** of the cluster of the stack; unset where the secret says all */
  POSTGRES_HOST: once(() => z.optional(text())),
  POSTGRES_PORT: once(() => z.optional(positive())),
  POSTGRES_DATABASE: once(() => z.optional(text())),
  /** days of events in PostgreSQL, today among them */
  POSTGRES_KEEP_DAYS: positive,
  /** the logins that upkeep makes; unset where roles are the user's */
  POSTGRES_WRITER_SECRET: once(() => z.optional(text())),
  POSTGRES_READER_SECRET: once(() => z.optional(text())),
  /** name of the function postgresUpkeep */
  POSTGRES_UPKEEP_FUNCTION: text,
  /** unzipped bytes of an hour's raw objects beyond which it is too large for one Lambda */
  BUILD_MAX_BYTES: positive,
  /** zipped bytes of an hour's raw objects from which on it is built in parts of about this size */
  BUILD_PART_BYTES: positive,
  /** the table of the archive; unset where the stage has none (param archive) */
  ARCHIVE_TABLE: once(() => z.optional(text())),
  /** the table of what windows counted; unset where the stage has none (param windows) */
  SPEED_TABLE: once(() => z.optional(text())),
  /** Parquet bytes that the checks, marts and warnings of one run may read */
  SCAN_BUDGET_BYTES: positive,
  /** events that happened longer ago are rejected */
  MAX_EVENT_AGE_DAYS: once(() => z._default(positive(), 36_525)),
  /** what a mart's day is a day of */
  TIME_ZONE: once(() => z._default(text(), UTC)),
  /** of how many days back the hours are reconciled by the clock */
  RECONCILE_DAYS: positive,
  /** a crawl begins no sooner than this after the one before */
  CRAWL_INTERVAL_SECONDS: positive,
  /** set by Lambda itself; the default is what functions/build.yml asks for */
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: once(() => z._default(positive(), 3_008)),
};

type Config = { [Name in keyof typeof variables]: z.infer<ReturnType<(typeof variables)[Name]>> };

/**
 * The named environment variables, checked. The only place of src/ and functions/ that reads process.env: called
 * when a client or a step is first needed, never while a module loads.
 *
 * Throws ConfigurationInvalid naming each variable that is missing or malformed.
 */
export const readConfig = <Name extends keyof Config>(names: readonly Name[]): Pick<Config, Name> => {
  const wanted = Object.fromEntries(names.map((name) => [name, variables[name]()]));
  const parsed = z.object(wanted).safeParse(process.env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
    throw new HeadraceError(
      'ConfigurationInvalid',
      `Environment variables missing or malformed: ${faults.join(', ')}. They are set in the function's .yml under functions/.`,
    );
  }
  // Object.fromEntries loses which name has which schema; the parse above checked exactly these.
  return parsed.data as Pick<Config, Name>;
};

/** Lambda samples a call a second and one in twenty of the others: X-Ray keeps the traces of those, and of no other. */
export const isSampled = (): boolean => process.env._X_AMZN_TRACE_ID?.includes('Sampled=1') === true;

/**
 * With JSON logs, Lambda has a level of its own below which it drops lines, and lines of metrics, which have none, count
 * as INFO. So it is set to let everything pass (functions/collect.yml), and is hidden from the logger, which would take
 * it for its own.
 */
export const withoutLevelOfLambda = <Made>(make: () => Made): Made => {
  const { AWS_LAMBDA_LOG_LEVEL: level } = process.env;
  delete process.env.AWS_LAMBDA_LOG_LEVEL;
  try {
    return make();
  } finally {
    if (level !== undefined) process.env.AWS_LAMBDA_LOG_LEVEL = level;
  }
};
