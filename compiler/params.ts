import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { didYouMean, type Fault, ProjectError } from './faults.ts';
import { YamlFile } from './yamlFile.ts';

/** What a stage says of its params; `default` holds for all stages. */
export type StageParams = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The file of a project that changes params. */
export const OWN_PARAMS = 'params.yml';
const SHIPPED = 'resources/params.yml';

/** A stage is a part of names that AWS limits: client/package.ts says of which. */
export const isStageName = (name: string): boolean => /^[a-z][a-z0-9]{0,13}$/.test(name);

/** A stage of which nothing is said is there all the same. */
const stages = z.record(
  z.string(),
  z
    .record(z.string(), z.unknown())
    .nullable()
    .transform((params) => params ?? {}),
);

const shippedParams = (): StageParams =>
  stages.parse(parse(readFileSync(fileURLToPath(new URL(`../${SHIPPED}`, import.meta.url)), 'utf8')));

/** `{ Ref: AWS::NoValue }`: the param has no value, and any kind of value may take its place. */
const isNoValue = (value: unknown): boolean => JSON.stringify(value) === '{"Ref":"AWS::NoValue"}';

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : 'names and values';
};

/**
 * Undefined for a value of a kind that the param has in resources/params.yml, in any stage. Undefined as well if the
 * file's form is wrong: YamlFile has said so.
 */
const valueFlaw = (name: string, value: unknown, shipped: readonly unknown[]): string | undefined => {
  if (value === undefined) return undefined;
  if (value === null) return `${name} has no value. Write one, or delete the line.`;
  const kinds = new Set(shipped.map(kindOf));
  if (shipped.some(isNoValue) || kinds.has(kindOf(value))) return undefined;
  // A variable of osls, whose value is known later.
  if (typeof value === 'string' && value.includes('${')) return undefined;
  const [example] = shipped;
  return `${name} must be ${[...kinds].join(' or ')}, such as ${JSON.stringify(example)}, and is ${kindOf(value)}.`;
};

export const STAGE_RULE = 'A stage has up to 14 small letters and digits and begins with a letter: staging.';

const stageFlaw = (stage: string): string | undefined => {
  if (stage === 'default') return undefined;
  const near = didYouMean(stage, ['default']);
  if (near !== '') return `"${stage}" cannot be a stage.${near}`;
  if (isStageName(stage)) return undefined;
  return `"${stage}" cannot be a stage. ${STAGE_RULE}`;
};

/** What each param is in the stages that ship. */
const valuesByName = (shipped: StageParams): ReadonlyMap<string, readonly unknown[]> => {
  const entries = Object.values(shipped).flatMap((params) => Object.entries(params));
  const groups = Map.groupBy(entries, ([name]) => name);
  return new Map([...groups].map(([name, group]) => [name, group.map(([, value]) => value)]));
};

const paramFlaw = (
  name: string,
  value: unknown,
  shipped: ReadonlyMap<string, readonly unknown[]>,
): string | undefined => {
  const values = shipped.get(name);
  if (values !== undefined) return valueFlaw(name, value, values);
  const near = didYouMean(name, [...shipped.keys()]);
  return `"${name}" is not a param.${near || ` ${SHIPPED} of Headrace lists all of them.`}`;
};

const noteFaults = (file: YamlFile, own: StageParams, shipped: StageParams): void => {
  const note = (line: number, says: string | undefined): void => {
    if (says !== undefined) file.fault(line, says);
  };
  const values = valuesByName(shipped);
  for (const stage of file.members(file.root, OWN_PARAMS, 'prod: { logRetentionDays: 90 }')) {
    note(stage.line, stageFlaw(stage.name));
    if (stage.value === null) continue;
    for (const { name, line } of file.members(stage.value, stage.name, 'logRetentionDays: 90'))
      note(line, paramFlaw(name, own[stage.name]?.[name], values));
  }
};

/** Pure. What a project's params.yml says; throws ProjectError with all that is wrong with it. */
export const readOwnParams = (text: string, shipped: StageParams): StageParams => {
  const faults: Fault[] = [];
  const file = new YamlFile(OWN_PARAMS, text, faults);
  const { value } = file;
  // Nothing but comments, as `headrace init` writes it.
  if (value === null) return {};
  const read = stages.safeParse(value);
  if (faults.length === 0) noteFaults(file, read.data ?? {}, shipped);
  if (faults.length > 0 || !read.success) throw new ProjectError(faults);
  return read.data;
};

/** By stage and name: what the project says takes the place of what ships. */
export const mergeParams = (shipped: StageParams, own: StageParams): StageParams =>
  Object.fromEntries(
    [...new Set([...Object.keys(shipped), ...Object.keys(own)])].map((stage) => [
      stage,
      { ...shipped[stage], ...own[stage] },
    ]),
  );

/** Nothing would say that it is not read. */
const refuseOtherEnding = (project: string): void => {
  const other = OWN_PARAMS.replace(/\.yml$/, '.yaml');
  if (!existsSync(join(project, other))) return;
  throw new ProjectError([{ file: other, says: `must end in .yml: rename it to ${OWN_PARAMS}` }]);
};

/** The params of all stages: those of resources/params.yml, changed by the params.yml of the project. */
export const paramsOf = (project: string): StageParams => {
  refuseOtherEnding(project);
  const shipped = shippedParams();
  const path = join(project, OWN_PARAMS);
  if (!existsSync(path)) return shipped;
  return mergeParams(shipped, readOwnParams(readFileSync(path, 'utf8'), shipped));
};
