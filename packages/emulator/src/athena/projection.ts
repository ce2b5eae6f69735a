import type { LocalObjects } from '../contracts.ts';
import { QueryError } from './failure.ts';
import type { GlueTable } from './glueShapes.ts';
import { asFolder, dataFiles, parseS3 } from './location.ts';

export interface TablePartition {
  values: readonly string[];
  location: string;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Hive's way when a table says nothing else: `<location>/dt=${dt}/hr=${hr}`. */
const templateOf = (table: GlueTable): string => {
  const written = table.Parameters['storage.location.template'];
  if (written) return written;
  const folders = table.PartitionKeys.map(({ Name }) => `${Name}=\${${Name}}`).join('/');
  return `${table.StorageDescriptor.Location.replace(/\/$/, '')}/${folders}`;
};

const unitMs: Record<string, number> = {
  seconds: 1e3,
  minutes: 6e4,
  hours: 36e5,
  days: 864e5,
  weeks: 6048e5,
  months: 2592e6,
  years: 31536e6,
};

const pad = (value: number, length: number): string => String(value).padStart(length, '0');

/** A time in a projection's format (Java's letters); only formats whose texts sort as the times do. */
const inFormat = (time: Date, format: string): string =>
  format
    .replaceAll(/'([^']*)'/g, '$1')
    .replace('yyyy', pad(time.getUTCFullYear(), 4))
    .replace('MM', pad(time.getUTCMonth() + 1, 2))
    .replace('dd', pad(time.getUTCDate(), 2))
    .replace('HH', pad(time.getUTCHours(), 2))
    .replace('mm', pad(time.getUTCMinutes(), 2))
    .replace('ss', pad(time.getUTCSeconds(), 2));

const endpoint = (written: string, format: string, now: Date): string => {
  const [, sign, count, unit] = /^NOW(?:\s*([+-])\s*(\d+)\s*([A-Z]+))?$/i.exec(written.trim()) ?? [];
  if (!/^NOW/i.test(written.trim())) return written.trim();
  if (!count) return inFormat(now, format);
  const name = `${unit?.toLowerCase().replace(/s$/, '')}s`;
  const shift = Number(count) * (unitMs[name] ?? 0) * (sign === '-' ? -1 : 1);
  return inFormat(new Date(now.getTime() + shift), format);
};

type Accepts = (value: string) => boolean;

/** Whether a folder's value is inside what the table projects for the column. */
const domainOf = (table: GlueTable, column: string, now: Date): Accepts => {
  const property = (name: string): string => table.Parameters[`projection.${column}.${name}`] ?? '';
  const [low = '', high = ''] = property('range').split(',');
  switch (property('type').toLowerCase()) {
    case 'enum': {
      const values = property('values')
        .split(',')
        .map((value) => value.trim());
      return (value) => values.includes(value);
    }
    case 'integer': {
      const [from, to, step, start] = [
        BigInt(low.trim()),
        BigInt(high.trim()),
        BigInt(property('interval') || '1'),
        BigInt(low.trim()),
      ];
      const digits = Number(property('digits') || 0);
      return (value) =>
        /^-?\d+$/.test(value) &&
        value.length >= digits &&
        BigInt(value) >= from &&
        BigInt(value) <= to &&
        (BigInt(value) - start) % step === 0n;
    }
    case 'date': {
      const format = property('format') || 'yyyy-MM-dd';
      if (!/^y{4}/.test(format))
        throw new QueryError('NOT_SUPPORTED', `a projection in the format ${format} is not emulated`);
      const [from, to] = [endpoint(low, format, now), endpoint(high, format, now)];
      return (value) => value.length === inFormat(now, format).length && value >= from && value <= to;
    }
    case 'injected':
      return () => true;
    default:
      throw new QueryError('INVALID_TABLE_PROPERTY', `projection.${column}.type is missing or unknown`);
  }
};

/**
 * The partitions a projected table has, found by the folders that hold files: the answer is that of enumerating
 * the whole range, which may have millions of empty partitions.
 */
export const projectedPartitions = (table: GlueTable, objects: LocalObjects, now: Date): TablePartition[] => {
  const template = asFolder(parseS3(templateOf(table)));
  const fixed = template.key.slice(
    0,
    template.key.indexOf('${') < 0 ? undefined : template.key.indexOf('${'),
  );
  const names: string[] = [];
  const pattern = template.key
    .split(/(\$\{[^}]+\})/)
    .map((part) => {
      const name = /^\$\{(.+)\}$/.exec(part)?.[1]?.toLowerCase();
      if (!name) return escaped(part);
      if (names.includes(name)) return `(?:\\k<${name}>)`;
      names.push(name);
      return `(?<${name}>[^/]+${table.Parameters[`projection.${name}.format`]?.includes('/') ? '(?:/[^/]+)*?' : ''})`;
    })
    .join('');
  const folder = new RegExp(`^${pattern}`);
  const domains = table.PartitionKeys.map(({ Name }) => domainOf(table, Name.toLowerCase(), now));
  const found = new Map<string, TablePartition>();
  for (const object of dataFiles(objects, { bucket: template.bucket, key: fixed })) {
    const match = folder.exec(object.key);
    if (!match?.groups || found.has(match[0])) continue;
    const groups = match.groups;
    const values = table.PartitionKeys.map(({ Name }) => groups[Name.toLowerCase()] ?? '');
    if (values.every((value, i) => domains[i]?.(value))) {
      found.set(match[0], { values, location: `s3://${template.bucket}/${match[0]}` });
    }
  }
  return [...found.values()];
};

export const isProjected = (table: GlueTable): boolean =>
  table.Parameters['projection.enabled']?.toLowerCase() === 'true';

/** Columns of type `injected` must be pinned by the statement: there is no range to look through. */
export const checkInjected = (table: GlueTable, predicates: readonly string[]): void => {
  for (const { Name } of table.PartitionKeys) {
    const injected = table.Parameters[`projection.${Name.toLowerCase()}.type`]?.toLowerCase() === 'injected';
    const pinned = predicates.some(
      (p) => p.includes(`p."${Name.toLowerCase()}" =`) || p.includes(`p."${Name.toLowerCase()}" IN`),
    );
    if (injected && !pinned) {
      const what = `For the injected projected partition column ${Name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`;
      throw new QueryError('CONSTRAINT_VIOLATION', what);
    }
  }
};
