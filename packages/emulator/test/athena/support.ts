import { afterAll, beforeAll } from '@jest/globals';
import type { QueryLimits } from '../../src/athena/service.ts';
import { type AthenaEmulator, athenaEmulator } from '../../src/testing/athenaEmulator.ts';

/** Makes a table of one file: `t0`, `t1` … Resolves to its name. */
export const tablesOf = (stage: AthenaEmulator) => {
  let made = 0;
  return async (
    columns: string,
    format: string,
    file: { name: string; content: string | Buffer },
    more = '',
  ): Promise<string> => {
    const name = `t${made}`;
    made += 1;
    stage.objects.put('lake', `${name}/${file.name}`, Buffer.from(file.content));
    await stage.rows(
      `CREATE EXTERNAL TABLE ${name} (${columns}) ${format} LOCATION 's3://lake/${name}/' ${more}`,
    );
    return name;
  };
};

/** An Athena for all tests of a file. Its members may be used inside tests and hooks. */
export const onceAthena = (limits?: QueryLimits): AthenaEmulator => {
  // Filled before the first test.
  const stage = {} as AthenaEmulator;
  beforeAll(async () => {
    Object.assign(stage, await athenaEmulator(limits));
  });
  afterAll(() => stage.close());
  return stage;
};
