import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { CliError } from '../../client/failure.ts';
import { UTC } from '../../src/json/instants.ts';

const PARAMS = fileURLToPath(new URL('../../resources/params.yml', import.meta.url));

/** What the planner plans unless --stage says otherwise. */
export const DEFAULT_STAGE = 'prod';

/** The stages that resources/params.yml names. Its `default` holds for all of them. */
const knownStages = (): string[] =>
  Object.keys(z.record(z.string(), z.unknown()).parse(parse(readFileSync(PARAMS, 'utf8')))).filter(
    (name) => name !== 'default',
  );

const zoned = z.looseObject({ timeZone: z.string().optional() });

/** What resources/params.yml has as the stage's time zone. */
export const timeZoneIn = (stage: string): string => {
  const params = z.record(z.string(), zoned.nullable()).parse(parse(readFileSync(PARAMS, 'utf8')));
  return params[stage]?.timeZone ?? params.default?.timeZone ?? UTC;
};

/** Throws CliError for a stage of no such name: packaging it would plan the defaults under a misspelled name. */
export const knownStage = (stage: string): string => {
  const known = knownStages();
  if (known.includes(stage)) return stage;
  throw new CliError(
    `--stage: "${stage}" is not a stage of resources/params.yml`,
    `It has ${known.join(', ')}. Name one of them, or add yours there.`,
  );
};
