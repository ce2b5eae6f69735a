import type { TemplateResource } from 'headrace-emulator/template';
import { z } from 'zod';
import { CliError } from '../../client/failure.ts';

/** What `--param` and `--set` give is text. */
export const number = z.coerce.number();

export type Resources = readonly TemplateResource[];

/** What is read here has to be there: a template without it is not the pipeline's. */
export const one = <Shape>(resources: Resources, id: string, schema: z.ZodType<Shape>): Shape => {
  const parsed = schema.safeParse(resources.find(({ logicalId }) => logicalId === id)?.properties);
  if (parsed.success) return parsed.data;
  throw new CliError(
    `The packaged template's ${id} is not what the cost is reckoned from: ${z.prettifyError(parsed.error)}`,
    'cli/planner/facts.ts reads it.',
  );
};

export const ofType = (resources: Resources, wanted: string): TemplateResource[] =>
  resources.filter(({ type }) => type === wanted);
