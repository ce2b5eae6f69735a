/** What an application in Java does with Segment's library: java/Sender.java. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { mavenClassPath, say } from '../programs.ts';
import type { SenderCollector } from './collector.ts';
import { type Row, rowOf, type Send } from './judging.ts';
import { ownIds } from './node.ts';

const run = promisify(execFile);

export const javaRows = async (collector: SenderCollector): Promise<Row[]> => {
  const path = mavenClassPath('scripts/senders/java');
  if (path === undefined) {
    say("skipped: Segment's library for Java, which needs Java 11, Maven and its usual registry.");
    return [];
  }
  const send: Send = async (what) => {
    await run('java', ['-cp', path, 'scripts/senders/java/Sender.java', collector.url, collector.key, what]);
    return ownIds(what);
  };
  const about = { client: 'analytics-java', version: '3.5.2', protocol: 'Segment', ranIn: 'Java' };
  return [await rowOf(about, collector, send)];
};
