import { CliError } from '../../client/failure.ts';
import { projectFolder } from '../../compiler/folder.ts';
import { OWN_PARAMS, paramsOf } from '../../compiler/params.ts';
import { UTC } from '../../src/json/instants.ts';

/** What the planner plans unless --stage says otherwise. */
export const DEFAULT_STAGE = 'prod';

/** The stages that have params. `default` holds for all of them. */
const knownStages = (): string[] =>
  Object.keys(paramsOf(projectFolder())).filter((name) => name !== 'default');

/** Names of all params, of whatever stage. */
export const knownParams = (): string[] => [
  ...new Set(Object.values(paramsOf(projectFolder())).flatMap((params) => Object.keys(params))),
];

/** What the params have as the stage's time zone. */
export const timeZoneIn = (stage: string): string => {
  const params = paramsOf(projectFolder());
  const timeZone = params[stage]?.timeZone ?? params.default?.timeZone;
  return typeof timeZone === 'string' ? timeZone : UTC;
};

/** Throws CliError for a stage of no such name: packaging it would plan the defaults under a misspelled name. */
export const knownStage = (stage: string): string => {
  const known = knownStages();
  if (known.includes(stage)) return stage;
  throw new CliError(
    `--stage: "${stage}" is not a stage of resources/params.yml`,
    `It has ${known.join(', ')}. Name one of them, or add yours to ${OWN_PARAMS} of your project.`,
  );
};
