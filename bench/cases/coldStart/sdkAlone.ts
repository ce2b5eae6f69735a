import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { parse } from 'yaml';
import { z } from 'zod';

/** serverless.yml's own, so that the bundle beside ours is made in the same way. */
const settings = z
  .object({
    custom: z.object({
      esbuild: z.looseObject({
        target: z.string(),
        minify: z.boolean(),
        splitting: z.boolean(),
        mainFields: z.array(z.string()),
        banner: z.record(z.string(), z.string()),
        exclude: z.array(z.string()),
      }),
    }),
  })
  .transform(({ custom }) => custom.esbuild);

const options = () => {
  const { target, minify, splitting, mainFields, banner, exclude } = settings.parse(
    parse(readFileSync('serverless.yml', 'utf8')),
  );
  return {
    bundle: true,
    format: 'esm',
    platform: 'node',
    outExtension: { '.js': '.mjs' },
    loader: { '.sql': 'text' },
    sourcemap: 'linked',
    sourcesContent: false,
    external: exclude,
    metafile: true,
    logLevel: 'silent',
    target,
    minify,
    splitting,
    mainFields,
    banner,
  } as const;
};

const commandFile = /node_modules\/(@aws-sdk\/client-[a-z0-9-]+)\/.*\/commands\/(\w+Command)\.js$/;
const clientFile = /node_modules\/(@aws-sdk\/client-[a-z0-9-]+)\/.*\/(\w+Client)\.js$/;

/** What of AWS's SDK stands in a bundle, as imports. */
const importsIn = ({ outputs }: Metafile): string[] => {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const found = inputs.flatMap((path) => {
    const [, packageName, name] = commandFile.exec(path) ?? clientFile.exec(path) ?? [];
    return packageName === undefined || name === undefined ? [] : [[packageName, name] as const];
  });
  return found.map(([packageName, name]) => `import { ${name} } from '${packageName}'; kept.push(${name});`);
};

/**
 * A bundle of the clients and commands that a function's own bundle holds, and of nothing else but what is named beside
 * them (lines of code). Returns its file; undefined for a function without clients.
 */
export const sdkAlone = async (
  functionKey: string,
  folder: string,
  beside: readonly string[] = [],
): Promise<string | undefined> => {
  mkdirSync(folder, { recursive: true });
  const own = await build({
    ...options(),
    entryPoints: [resolve('functions', `${functionKey}.ts`)],
    outdir: join(folder, 'own'),
    write: false,
  });
  const clients = importsIn(own.metafile);
  if (clients.length === 0) return undefined;
  const entry = join(folder, `${functionKey}.sdk.ts`);
  // Kept on the global object: what nobody uses would be left out.
  writeFileSync(
    entry,
    `const kept: unknown[] = [];\n${[...clients, ...beside].join('\n')}\nReflect.set(globalThis, 'kept', kept);\n`,
  );
  await build({ ...options(), entryPoints: [entry], outdir: folder });
  return join(folder, `${functionKey}.sdk.mjs`);
};
