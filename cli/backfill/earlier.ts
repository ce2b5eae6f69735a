import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { StageAccess } from '../../client/access.ts';

/** A backfill that was started before, by this command or by hand. */
export interface Earlier {
  executionArn: string;
  name: string;
  status: string;
  startedAt: Date;
  /** as it was started */
  input: string;
}

export interface Wanted {
  from: string;
  to: string;
  force: boolean;
}

const asked = z.looseObject({
  from: z.string(),
  to: z.string(),
  force: z.boolean().default(false),
  plan: z.boolean().default(false),
  builtBefore: z.string().optional(),
});

const inputOf = (text: string) => {
  try {
    return asked.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const hourOf = (text: string): string => (text.length === 10 ? `${text}T00` : text);

/** Whether it built, or builds, the same. */
export const isSame = ({ input }: Earlier, wanted: Wanted): boolean => {
  const found = inputOf(input);
  if (found === undefined || found.plan) return false;
  const { from, to, force } = found;
  return hourOf(from) === wanted.from && hourOf(to) === wanted.to && force === wanted.force;
};

/** A backfill that stopped longer ago than this is over: code and data may have changed since. */
const FORGOTTEN_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Where to go on: follow one that runs; with force, build only what was built before a stopped one began; else start
 * anew. Without force nothing has to be known: what is built is skipped anyway.
 */
export const goOnFrom = (
  earlier: Earlier | undefined,
  wanted: Wanted,
  now: Date,
): { follow: Earlier } | { builtBefore: string; stopped: Earlier } | undefined => {
  if (earlier === undefined) return undefined;
  if (earlier.status === 'RUNNING') return { follow: earlier };
  const stale = now.getTime() - earlier.startedAt.getTime() > FORGOTTEN_MS;
  if (!wanted.force || stale || earlier.status === 'SUCCEEDED') return undefined;
  const builtBefore = inputOf(earlier.input)?.builtBefore ?? earlier.startedAt.toISOString();
  return { builtBefore, stopped: earlier };
};

/** The newest backfill of the same range among the last fifty. */
export const lastOf = async (
  access: StageAccess,
  machine: string,
  wanted: Wanted,
): Promise<Earlier | undefined> => {
  const page = await access.sfn.send(new ListExecutionsCommand({ stateMachineArn: machine, maxResults: 50 }));
  for (const { executionArn } of page.executions ?? []) {
    const described = await access.sfn.send(new DescribeExecutionCommand({ executionArn }));
    const earlier: Earlier = {
      executionArn: executionArn ?? '',
      name: described.name ?? '',
      status: described.status ?? '',
      startedAt: described.startDate ?? new Date(0),
      input: described.input ?? '',
    };
    if (isSame(earlier, wanted)) return earlier;
  }
  return undefined;
};
