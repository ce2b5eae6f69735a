import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { accessTo, clientConfig, type StageAccess } from '../../client/access.ts';
import { createWriteKey } from '../../client/keys.ts';

const PROGRAM = fileURLToPath(new URL('./stageProcess.ts', import.meta.url));

const ready = z.object({ port: z.number(), lake: z.string() });

/** An emulator whose CPU time and memory are nobody else's. */
export interface BenchStage {
  endpoint: string;
  lake: string;
  access: StageAccess;
  s3: S3Client;
  writeKey: string;
  /** of the stage and the functions it runs; undefined where the system does not tell */
  memory(): Memory | undefined;
}

/** Of several processes, in bytes. */
export interface Memory {
  /** resident pages, those that processes share counted once for each of them */
  rss: number;
  /** the same, each page counted once */
  pss: number;
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const memoryOf = (pid: number): Memory => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { rss: bytes('Rss'), pss: bytes('Pss') };
};

const memoryOfAll = (pid: number | undefined): Memory | undefined => {
  try {
    return pid === undefined
      ? undefined
      : [pid, ...childrenOf(pid)]
          .map(memoryOf)
          .reduce((sum, one) => ({ rss: sum.rss + one.rss, pss: sum.pss + one.pss }));
  } catch {
    return undefined;
  }
};

const start = async (packageDir: string, dataDir: string): Promise<[ChildProcess, z.infer<typeof ready>]> => {
  const child = fork(PROGRAM, [packageDir, dataDir], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [said] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The stage did not boot: exit ${code}`))),
  ]);
  return [child, ready.parse(said)];
};

/** Boots a stage on an empty folder, hands it over, and stops it whatever happens. */
export const withStage = async <Result>(
  packageDir: string,
  dataDir: string,
  work: (stage: BenchStage) => Promise<Result>,
): Promise<Result> => {
  const [child, { port, lake }] = await start(packageDir, dataDir);
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    const local = { endpoint, collector: endpoint, dataDir };
    const access = accessTo('local', local);
    return await work({
      endpoint,
      lake,
      access,
      s3: new S3Client({ ...clientConfig(local), forcePathStyle: true }),
      writeKey: await createWriteKey(access, 'bench', new Date()),
      memory: () => memoryOfAll(child.pid),
    });
  } finally {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  }
};
