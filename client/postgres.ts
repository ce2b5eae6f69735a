import { LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { isNamed } from '../src/aws/failures.ts';
import { invoke } from '../src/aws/invoking.ts';
import type { Range } from '../src/recovery/reconciling.ts';
import { clientConfig, type StageAccess } from './access.ts';
import { count } from './format.ts';

const comparison = z.object({
  hours: z.number(),
  rows: z.number(),
  missing: z.number(),
  extra: z.number(),
  differing: z.array(
    z.object({ partition: z.string(), rows: z.number(), missing: z.number(), extra: z.number() }),
  ),
});

type PostgresComparison = z.infer<typeof comparison>;

/**
 * The published hours that PostgreSQL keeps, compared with their builds; undefined where the stage has none. The function
 * postgresUpkeep does it: a database in a VPC is reached from there only.
 */
export const comparePostgres = async (
  { stage, local }: StageAccess,
  range?: Range,
): Promise<PostgresComparison | undefined> => {
  // A month of large hours takes minutes.
  const client = new LambdaClient({ ...clientConfig(local), requestHandler: { requestTimeout: 910_000 } });
  const input = { only: 'compare', ...(range === undefined ? {} : { range }) };
  try {
    return comparison.parse(await invoke(client, `headrace-${stage}-postgresUpkeep`, input));
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
};

export const postgresText = ({ rows, missing, extra, differing }: PostgresComparison): string => {
  const first = differing.map(({ partition }) => partition).slice(0, 5);
  const where = first.length === 0 ? '' : ` (${first.join(', ')}${differing.length > 5 ? ' …' : ''})`;
  return `PostgreSQL: ${count(rows)} rows, ${count(missing)} missing, ${count(extra)} extra${where}.`;
};
