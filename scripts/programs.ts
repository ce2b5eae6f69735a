import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A line for whoever runs the check. */
export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** What a program has said when it ended well; what it complained of when it did not. */
export const run = async (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> => {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    complained += data;
  });
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${complained.slice(-3000)}`);
  return said;
};

/** Fetching what a pom.xml names takes minutes at first. */
const MAVEN_MS = 600_000;

/** The class path of what `folder`/pom.xml names; undefined where Maven or what it should fetch is not to be had. */
export const mavenClassPath = (folder: string): string | undefined => {
  const file = resolve(`.headrace/${folder.replaceAll('/', '-')}-classpath.txt`);
  const goal = ['-q', '-B', '-f', `${folder}/pom.xml`, 'dependency:build-classpath'];
  mkdirSync('.headrace', { recursive: true });
  try {
    execFileSync('mvn', [...goal, `-Dmdep.outputFile=${file}`], { stdio: 'ignore', timeout: MAVEN_MS });
  } catch {
    return undefined;
  }
  return readFileSync(file, 'utf8').trim();
};
