import type { Emulator } from 'headrace-emulator';
import type { StageAccess } from '../client/access.ts';
import { messageOf } from '../client/failure.ts';
import { readerUrl } from '../client/postgresReader.ts';

/** Where the events are in PostgreSQL, or why they are not. */
interface PostgresHere {
  url?: string;
  problem?: string;
}

/**
 * Has the schema and the logins made that the first events would have made, so that a reader can log in before there
 * are any. Undefined where the stage has no database.
 */
export const postgresHere = async (
  emulator: Pick<Emulator, 'databases' | 'invoke'>,
  access: StageAccess,
): Promise<PostgresHere | undefined> => {
  if (emulator.databases().length === 0) return undefined;
  try {
    const { functionError, value } = await emulator.invoke('postgresUpkeep', { only: 'prepare' });
    if (functionError) return { problem: `PostgreSQL does not run: ${JSON.stringify(value)}` };
    return { url: await readerUrl(access) };
  } catch (error) {
    return { problem: `PostgreSQL does not run: ${messageOf(error)}` };
  }
};
