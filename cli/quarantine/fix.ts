import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CliError, messageOf } from '../../client/failure.ts';
import { rejectionReasons } from '../../src/events/envelope.ts';
import { parseExactly } from '../../src/json/exactNumbers.ts';
import type { JsonObject } from '../../src/json/parse.ts';

const fieldName = z.string().min(1);

/** What to change about the top-level fields of an event, in this order. */
const rule = z.strictObject({
  /** old name → new name; left alone where the new one is there already */
  rename: z.record(fieldName, fieldName).optional(),
  remove: z.array(fieldName).optional(),
  /** values of fields that are missing or null */
  default: z.record(fieldName, z.unknown()).optional(),
  set: z.record(fieldName, z.unknown()).optional(),
});

type Rule = z.infer<typeof rule>;

/** A fix file: rules for all rows, and for rows of a reason (applied after those for all). */
const fixFile = z.strictObject({
  all: rule.optional(),
  ...Object.fromEntries(rejectionReasons.map((reason) => [reason, rule.optional()])),
});

/** The fields of an event of a row with this reason, mended. */
export type Fix = (reason: string, event: JsonObject) => JsonObject;

const isMissing = (event: JsonObject, field: string): boolean => (event[field] ?? null) === null;

const applied = (rules: Rule | undefined, event: JsonObject): JsonObject => {
  const fields = new Map(Object.entries(event));
  for (const [from, to] of Object.entries(rules?.rename ?? {})) {
    if (!fields.has(from) || fields.has(to)) continue;
    fields.set(to, fields.get(from));
    fields.delete(from);
  }
  for (const field of rules?.remove ?? []) fields.delete(field);
  const renamed = Object.fromEntries(fields);
  const missing = Object.entries(rules?.default ?? {}).filter(([field]) => isMissing(renamed, field));
  return { ...renamed, ...Object.fromEntries(missing), ...rules?.set };
};

/** A fix of its file's text. Throws a CliError that names the place of what is wrong. */
export const parseFix = (text: string, file: string): Fix => {
  const form = 'docs/guides/quarantine.md describes the form of a fix.';
  try {
    JSON.parse(text); // it says where a text is not JSON
  } catch (cause) {
    throw new CliError(`${file} must be JSON: ${messageOf(cause)}`, form, { cause });
  }
  const read = fixFile.safeParse(parseExactly(text)?.value);
  if (!read.success) throw new CliError(`${file} is not a valid fix:\n${z.prettifyError(read.error)}`, form);
  const rules = new Map(Object.entries(read.data));
  return (reason, event) => applied(rules.get(reason), applied(rules.get('all'), event));
};

export const noFix: Fix = (_reason, event) => event;

export const readFix = (file: string): Fix => {
  try {
    return parseFix(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`Cannot read ${file}: ${messageOf(error)}`, undefined, { cause: error });
  }
};
