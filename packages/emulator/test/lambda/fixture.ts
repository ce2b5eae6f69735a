import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { FunctionSpec } from '../../src/lambda/functionSpec.ts';
import { createRuntime, type LambdaRuntime, type RuntimeOptions } from '../../src/lambda/runtime.ts';
import { scratch } from '../../src/testing/scratch.ts';

/** `{ 'functions/a.mjs': 'export const handler = …' }` as the zip packaging would have made. */
export const zipTo = (path: string, files: Record<string, string>): void => {
  writeFileSync(
    path,
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))),
  );
};

export interface Fixture {
  runtime: LambdaRuntime;
  dir: string;
  call(payload?: unknown): Promise<{ value: unknown; functionError?: string | undefined }>;
  close(): Promise<void>;
}

/** A runtime with one function `it`, whose module is `source`. */
export const runtimeWith = (
  source: string,
  spec: Partial<FunctionSpec> = {},
  options: Partial<RuntimeOptions> = {},
): Fixture => {
  const { dir, remove } = scratch();
  const zipPath = join(dir, 'it.zip');
  zipTo(zipPath, { 'functions/it.mjs': source });
  const full: FunctionSpec = {
    name: 'it',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:it',
    role: 'arn:aws:iam::000000000000:role/it',
    handler: 'functions/it.handler',
    runtime: 'nodejs24.x',
    memoryMb: 128,
    timeoutSeconds: 30,
    environment: {},
    logging: { format: 'Text', application: 'TRACE', system: 'INFO' },
    zipPath,
    ...spec,
  };
  const runtime = createRuntime([full], { endpoint: 'http://127.0.0.1:1', dataDir: dir, ...options });
  return {
    runtime,
    dir,
    async call(payload = {}) {
      const answer = await runtime.invoke('it', JSON.stringify(payload));
      return { value: JSON.parse(answer.payload), functionError: answer.functionError };
    },
    async close() {
      await runtime.close(0);
      remove();
    },
  };
};
