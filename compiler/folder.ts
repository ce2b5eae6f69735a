import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { type Fault, ProjectError } from './faults.ts';

/** The repository: Headrace itself, with the shop as the project that ships. */
const repository = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** A folder that somebody named, and where. */
interface Named extends Omit<Fault, 'says'> {
  folder: string;
}

const SERVICE = 'serverless.yml';

/** `custom.project` of serverless.yml: osls hands it to nobody before the first file of the project is read. */
const namedInService = (service: string): Named => {
  const lineCounter = new LineCounter();
  const document = parseDocument(readFileSync(join(service, SERVICE), 'utf8'), { lineCounter });
  const node = document.getIn(['custom', 'project'], true);
  const line = isNode(node) && node.range ? lineCounter.linePos(node.range[0]).line : undefined;
  const place = { file: SERVICE, ...(line === undefined ? {} : { line }) };
  if (node === undefined) return { ...place, folder: service };
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'string' && value.trim() !== '' && !value.includes('${'))
    return { ...place, folder: resolve(service, value) };
  const says =
    'custom.project must be the path of a folder, as plain text: ../telemetry. HEADRACE_PROJECT can take its place.';
  throw new ProjectError([{ ...place, says }]);
};

/** A project has at least one of these folders. */
const parts = ['events', 'queries'];

const flawOf = (folder: string): string | undefined => {
  if (!existsSync(folder))
    return `${folder} is not there. Write the path of your project, or make one: npx headrace init ${folder}`;
  if (parts.some((part) => existsSync(join(folder, part)))) return undefined;
  return `${folder} is not a project: it has no events/ and no queries/. A new one comes from: npx headrace init DIR`;
};

/**
 * Where a project is: HEADRACE_PROJECT from this process's folder on (scripts/launch.mjs makes it absolute), else what
 * the serverless.yml in `service` says. Throws ProjectError for what is not a project.
 */
export const folderOf = (given: string | undefined, service: string): string => {
  const named =
    given === undefined || given === ''
      ? namedInService(service)
      : { file: 'HEADRACE_PROJECT', folder: resolve(given) };
  const { folder, ...place } = named;
  const says = flawOf(folder);
  if (says !== undefined) throw new ProjectError([{ ...place, says }]);
  return folder;
};

let found: { given: string | undefined; folder: string } | undefined;

/** Where events/, queries/, tests/ and params.yml are, absolute. The one place that knows it. */
export const projectFolder = (): string => {
  const given = process.env.HEADRACE_PROJECT;
  if (found === undefined || found.given !== given) found = { given, folder: folderOf(given, repository) };
  return found.folder;
};

/** Whether the project is a folder of its own: not the one in which Headrace itself is. */
export const isOwnProject = (): boolean => projectFolder() !== repository;
