/** The process of one side. Arguments: its module, its options as JSON. Answers every message with one sample. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Prepare, Sample } from './sample.ts';

const [module, options] = z.tuple([z.string(), z.string()]).parse(process.argv.slice(2));

/** Linux forgets the peak so far; elsewhere the peak stays that of the whole process. */
const forgetPeak = (): void => {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux, or not allowed.
  }
};

const peakRssBytes = (): number => {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
};

const imported: { prepare: Prepare } = await import(module);
const run = await imported.prepare(JSON.parse(options));

const measure = async (): Promise<Sample> => {
  // What the last run left behind is not this one's cost.
  globalThis.gc?.();
  forgetPeak();
  const before = process.cpuUsage();
  const began = performance.now();
  const figures = await run();
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1_000, peakRssBytes: peakRssBytes(), figures };
};

process.on('message', () => void measure().then((measured) => process.send?.(measured)));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
