import { z } from 'zod';
import type { LogFile } from './logFile.ts';

/** From most to least. */
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

type Level = (typeof levels)[number];

/** What a function's log takes: lines of the function, and of Lambda itself, from these levels up. */
export interface LoggingSpec {
  format: 'Text' | 'JSON';
  application: Level;
  system: Level;
}

const asText = { format: 'Text', application: 'TRACE', system: 'INFO' } as const;

/** LoggingConfig of a function with Lambda's defaults. Text has no levels; a log group of another name is not emulated. */
export const loggingConfig = z
  .discriminatedUnion('LogFormat', [
    z.strictObject({ LogFormat: z.literal('Text') }),
    z.strictObject({
      LogFormat: z.literal('JSON'),
      ApplicationLogLevel: z.enum(levels).default('INFO'),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).default('INFO'),
    }),
  ])
  .transform(
    (config): LoggingSpec =>
      config.LogFormat === 'Text'
        ? asText
        : { format: 'JSON', application: config.ApplicationLogLevel, system: config.SystemLogLevel },
  )
  .default(asText);

/** A line without a level counts as INFO: those of metrics, too. */
const rankOf = (level: unknown): number => {
  const at = levels.findIndex((each) => each === String(level).toUpperCase());
  return at < 0 ? levels.indexOf('INFO') : at;
};

export const isBelow = (level: unknown, least: Level): boolean => rankOf(level) < levels.indexOf(least);

const line = z.object({ level: z.unknown() });

const levelIn = (text: string): unknown => {
  try {
    return line.safeParse(JSON.parse(text)).data?.level;
  } catch {
    return undefined;
  }
};

/** The log as Lambda would keep it: lines of lower levels are dropped before anybody sees them. */
export const leveled = (log: LogFile, { application }: LoggingSpec): LogFile =>
  application === 'TRACE'
    ? log
    : {
        ...log,
        line(text) {
          if (!isBelow(levelIn(text), application)) log.line(text);
        },
      };
