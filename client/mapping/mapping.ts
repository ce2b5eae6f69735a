import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { CliError, messageOf } from '../failure.ts';
import { cannotRead } from '../input/files.ts';

const field = z.string().min(1);

const timeRule = z.strictObject({ field, format: z.string().optional(), zone: z.string().optional() });

type TimeRule = z.infer<typeof timeRule>;

const constant = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * How JSON of any shape becomes events: which field is which. A field is named by its very name, or by a dotted path where none has
 * that name.
 */
const mappingDocument = z.strictObject({
  id: field.optional(),
  name: field.optional(),
  /** the event's name where `name` is not given, or the field is missing */
  as: z.string().min(1).optional(),
  time: z.union([field.transform((name): TimeRule => ({ field: name })), timeRule]).optional(),
  user_id: field.optional(),
  anonymous_id: field.optional(),
  session_id: field.optional(),
  /** which fields become properties: a list of them, or new name: field. Without it the whole object. */
  properties: z.union([z.array(field), z.record(z.string(), field)]).optional(),
  /** properties that all events get, unless they have one of that name */
  constants: z.record(z.string(), constant).optional(),
  /** properties that are written as texts, and what they are */
  types: z.record(z.string(), z.enum(['number', 'boolean', 'json'])).optional(),
});

export type Mapping = z.infer<typeof mappingDocument>;

/** What a mapping file says beside the mapping: of the whole import. */
const mappingFile = mappingDocument.extend({
  source: z.string().min(1).optional(),
  input: z.string().optional(),
  delimiter: z.string().min(1).optional(),
  records: z.string().min(1).optional(),
});

type MappingFile = z.infer<typeof mappingFile>;

const explain = (path: string, error: z.ZodError): CliError => {
  const [issue] = error.issues;
  const at = issue?.path.join('.') ?? '';
  const known = Object.keys(mappingFile.shape).join(', ');
  return new CliError(
    `The mapping ${path} is not valid: ${at === '' ? '' : `${at}: `}${issue?.message}.`,
    `Known are ${known}. docs/guides/importing.md has an example.`,
  );
};

export const readMapping = (path: string): MappingFile => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw cannotRead(path, error);
  }
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new CliError(`The mapping ${path} is not YAML: ${messageOf(cause)}`, undefined, { cause });
  }
  const found = mappingFile.safeParse(document ?? {});
  if (!found.success) throw explain(path, found.error);
  return found.data;
};

/** Whether lines are to be mapped at all: else they are events as the collector takes them. */
export const isMapped = (mapping: Mapping): boolean =>
  Object.values(mapping).some((one) => one !== undefined);

/** The fields that a mapping names, each with what names it. */
export const namedFields = (mapping: Mapping): { by: string; field: string }[] => {
  const direct = (['id', 'name', 'user_id', 'anonymous_id', 'session_id'] as const).flatMap((by) => {
    const named = mapping[by];
    return named === undefined ? [] : [{ by, field: named }];
  });
  const time = mapping.time === undefined ? [] : [{ by: 'time', field: mapping.time.field }];
  const properties = Object.values(mapping.properties ?? {}).map((one) => ({ by: 'properties', field: one }));
  return [...direct, ...time, ...properties];
};
