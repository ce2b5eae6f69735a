import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentVariables, functionSpec, unpack } from 'headrace-emulator/services';
import { readTemplate, resolveTemplate } from 'headrace-emulator/template';

/** A function as it ships: the bundle out of its zip, and the environment that its template gives it. */
export interface Bundle {
  /** `collect` */
  key: string;
  /** the bundle's file */
  entry: string;
  memoryMb: number;
  env: Record<string, string>;
}

/**
 * As Lambda sets it before every call of a function whose tracing is on; of most calls no trace is kept. Without it
 * the X-Ray SDK writes an error for every request that goes out, which no function on AWS does.
 */
const TRACE = 'Root=1-692233a0-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0';

/** All functions of a package, unpacked as the emulator does. AWS's endpoints are the caller's to add. */
export const bundlesOf = (packageDir: string): Map<string, Bundle> => {
  const nowhere = 'http://127.0.0.1:9';
  const resources = resolveTemplate(readTemplate(packageDir), { stack: 'headrace-local', endpoint: nowhere });
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return new Map(
    functions.map((resource) => {
      const spec = functionSpec(resource, packageDir);
      const taskRoot = unpack(spec.zipPath);
      const key = spec.handler.slice(spec.handler.lastIndexOf('/') + 1, spec.handler.lastIndexOf('.'));
      const place = { taskRoot, endpoint: nowhere, tmpDir: tmpdir(), logStream: 'bench' };
      return [
        key,
        {
          key,
          entry: join(taskRoot, `${spec.handler.slice(0, spec.handler.lastIndexOf('.'))}.mjs`),
          memoryMb: spec.memoryMb,
          env: { ...environmentVariables(spec, place), _X_AMZN_TRACE_ID: TRACE },
        },
      ];
    }),
  );
};

export const bundle = (bundles: ReadonlyMap<string, Bundle>, key: string): Bundle => {
  const found = bundles.get(key);
  if (found !== undefined) return found;
  throw new Error(`The package has no function ${key}; it has ${[...bundles.keys()].join(', ')}.`);
};
