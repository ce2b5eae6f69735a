import { CliError } from '../client/failure.ts';
import { type Shape, shapeNamed } from '../client/input/shape.ts';
import { isMapped, type Mapping, readMapping } from '../client/mapping/mapping.ts';
import type { Command, Invocation } from './command.ts';

/** What `send` and `import` ask alike: which field is which, and how the file is to be read. */
export const mappingOptions: Command['options'] = {
  mapping: { type: 'string' },
  id: { type: 'string' },
  name: { type: 'string' },
  as: { type: 'string' },
  time: { type: 'string' },
  format: { type: 'string' },
  zone: { type: 'string' },
  input: { type: 'string' },
  delimiter: { type: 'string' },
  records: { type: 'string' },
};

export const mappingUsage = `
  --id FIELD         the event's id; a.b is a field of an object. Without it an id is made of the event's text
  --name FIELD       the event's name
  --as NAME          the event's name where --name is not given or the field is missing
  --time FIELD       when it happened
  --format FORMAT    how the time is written: auto (default: ISO 8601, RFC 1123, Apache's, or epoch seconds to nanoseconds by size),
                     epoch_s, epoch_ms, epoch_us, epoch_ns, or a pattern such as "%d/%m/%Y %H:%M"
  --zone ZONE        zone of times that name none, such as Asia/Seoul (default: UTC)
  --mapping FILE     all of this and more in a YAML file (docs/guides/importing.md)
  --input FORMAT     ndjson, json, csv, tsv or parquet, where the file does not tell by itself
  --delimiter CHAR   between the cells of a CSV
  --records NAME     the list in a file that is one object around its events (default: Records)`;

export interface Reading {
  mapping: Mapping;
  shape?: Shape;
  wrapper?: string;
  /** only a mapping file says it */
  source: string | undefined;
}

const fromFile = (invocation: Invocation) => {
  const path = invocation.option('mapping');
  return path === undefined ? {} : readMapping(path);
};

const timeOf = (invocation: Invocation, before: Mapping['time']): Mapping['time'] => {
  const field = invocation.option('time') ?? before?.field;
  const format = invocation.option('format') ?? before?.format;
  const zone = invocation.option('zone') ?? before?.zone;
  if (field !== undefined) return { field, format, zone };
  if (format === undefined && zone === undefined) return undefined;
  throw new CliError(
    '--format and --zone say how a time is read, but --time is missing.',
    'Add --time FIELD.',
  );
};

/** An option wins over what the mapping file says. */
export const readingOf = (invocation: Invocation): Reading => {
  const { source, input, delimiter, records, ...file } = fromFile(invocation);
  const mapping: Mapping = { ...file, time: timeOf(invocation, file.time) };
  for (const name of ['id', 'name', 'as'] as const) mapping[name] = invocation.option(name) ?? file[name];
  if (isMapped(mapping) && mapping.name === undefined && mapping.as === undefined)
    throw new CliError(
      'The mapped events have no event name.',
      'Add --name FIELD, or --as NAME for all of them.',
    );
  const cut = invocation.option('delimiter') ?? delimiter;
  const format = invocation.option('input') ?? input ?? (cut === undefined ? undefined : 'csv');
  const wrapper = invocation.option('records') ?? records;
  return {
    mapping,
    ...(format === undefined ? {} : { shape: shapeNamed(format, cut) }),
    ...(wrapper === undefined ? {} : { wrapper }),
    source,
  };
};
