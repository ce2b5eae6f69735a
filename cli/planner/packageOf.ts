import { resolve } from 'node:path';
import { packageStage } from '../../client/package.ts';
import { knownStage } from './stages.ts';

/**
 * The folder of the package to plan: the one that --package gives, otherwise that of the stage, packaged if need be.
 */
export const packageOf = async (stage: string, given: string | undefined): Promise<string> =>
  given === undefined ? await packageStage(knownStage(stage)) : resolve(given);
