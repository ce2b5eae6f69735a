import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { timeZoneOf } from '../../../client/timeZone.ts';
import type { Call } from '../call.ts';

const version = (): string =>
  z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))).version;

export const stage: Call<'stage'> = {
  input: z.object({}),
  run: async ({ access }) => ({
    stage: access.stage,
    local: access.local !== undefined,
    database: access.database,
    timeZone: await timeZoneOf(access),
    version: version(),
  }),
};
