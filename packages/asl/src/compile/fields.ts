import type { z } from 'zod';
import type { Compiler } from './compiler.ts';

const jsonPathOnly = new Set([
  'InputPath',
  'OutputPath',
  'Parameters',
  'ResultSelector',
  'ResultPath',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'ErrorPath',
  'CausePath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
]);
const jsonataOnly = new Set(['Arguments', 'Output', 'Items']);

/** Real fields of the states language that this interpreter does not have: a better answer than "unknown". */
const notInterpreted = new Set(['ItemReader', 'ItemBatcher', 'ResultWriter']);

/** The fields by their schema, or undefined after what is wrong with them was noted. */
export const parseFields = <T>(compiler: Compiler, schema: z.ZodType<T>, value: unknown): T | undefined => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.filter((issue) => issue.path.length === 1 && isMissing(issue));
  if (missing.length > 0) {
    compiler.problem(
      `These fields are required: [${missing.map((issue) => String(issue.path[0])).join(', ')}]`,
    );
  }
  for (const issue of parsed.error.issues) {
    if (missing.includes(issue)) continue;
    const place = issue.path.map(String).join('/') || undefined;
    if (issue.code === 'unrecognized_keys') noteUnknown(compiler, issue.keys, place);
    else compiler.problem(issue.message, place);
  }
  return undefined;
};

const isMissing = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' && issue.message.endsWith('received undefined');

const noteUnknown = (compiler: Compiler, keys: readonly string[], place: string | undefined): void => {
  for (const key of keys) {
    const reason = notInterpreted.has(key) ? 'is not supported by this interpreter' : 'is not supported';
    compiler.problem(`Field '${key}' ${reason}`, place);
  }
};

/** Notes the fields that belong to the other query language. */
export const checkLanguage = (compiler: Compiler, fields: object): void => {
  const foreign = compiler.language === 'JSONPath' ? jsonataOnly : jsonPathOnly;
  for (const key of Object.keys(fields)) {
    if (foreign.has(key)) compiler.problem(`Field '${key}' is not supported in ${compiler.language}`, key);
  }
};
