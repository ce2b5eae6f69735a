/** What an application in Java does with Segment's library: java/Sender.java. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { SenderCollector } from './collector.ts';
import { type Row, rowOf, type Send } from './judging.ts';
import { ownIds } from './node.ts';

const run = promisify(execFile);

/** The class path of Segment's library for Java; undefined where Maven or the library is not to be had. */
const classPath = (): string | undefined => {
  const file = `${process.cwd()}/.headrace/senders-java.txt`;
  mkdirSync('.headrace', { recursive: true });
  const goal = ['-q', '-B', '-f', 'scripts/senders/java/pom.xml', 'dependency:build-classpath'];
  try {
    execFileSync('mvn', [...goal, `-Dmdep.outputFile=${file}`], { stdio: 'ignore', timeout: 300_000 });
  } catch {
    return undefined;
  }
  return readFileSync(file, 'utf8').trim();
};

export const javaRows = async (collector: SenderCollector): Promise<Row[]> => {
  const path = classPath();
  if (path === undefined) {
    process.stdout.write(
      "skipped: Segment's library for Java, which needs Java 11, Maven and its usual registry.\n",
    );
    return [];
  }
  const send: Send = async (what) => {
    await run('java', ['-cp', path, 'scripts/senders/java/Sender.java', collector.url, collector.key, what]);
    return ownIds(what);
  };
  const about = { client: 'analytics-java', version: '3.5.2', protocol: 'Segment', ranIn: 'Java' };
  return [await rowOf(about, collector, send)];
};
