import { resolve } from 'node:path';
import { CliError } from '../../client/failure.ts';
import { type Params, packageStage } from '../../client/package.ts';
import { didYouMean } from '../../compiler/faults.ts';
import type { Command, Invocation } from '../command.ts';
import { knownParams, knownStage } from './stages.ts';

/** Options of commands that plan a package. */
export const packageOptions = {
  package: { type: 'string' },
  set: { type: 'string', multiple: true, default: [] },
} satisfies Command['options'];

/** Their lines of a usage in which what an option does begins at that column. */
export const packageUsage = (column: number): string =>
  [
    ['--set PARAM=VALUE', 'another value of a param of resources/params.yml; may be given several times'],
    ['--package DIR', 'a package folder; by default the stage is packaged'],
  ]
    .map(([option = '', does]) => `${`  ${option}`.padEnd(column)}${does}`)
    .join('\n');

const EXAMPLE = 'Write the name of a param and its value: --set streamMode=PROVISIONED';

const paramOf = (text: string): [name: string, value: string] => {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new CliError(`--set: "${text}" has no value.`, EXAMPLE);
  const known = knownParams();
  if (known.includes(name)) return [name, value];
  throw new CliError(
    `--set: "${name}" is not a param of resources/params.yml.${didYouMean(name, known)}`,
    EXAMPLE,
  );
};

/**
 * The folder of the package to plan: the one that --package gives, otherwise that of the stage with what --set changes,
 * packaged if need be. Throws CliError.
 */
export const packageOf = async (stage: string, { option, options }: Invocation): Promise<string> => {
  const given = option('package');
  const params: Params = Object.fromEntries(options('set').map(paramOf));
  if (given === undefined) return packageStage(knownStage(stage), params);
  if (Object.keys(params).length === 0) return resolve(given);
  throw new CliError('--set and --package: a package has its params already.', 'Leave out one of them.');
};
