import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement } from 'headrace-emulator/iam';
import { matchesGlob } from 'headrace-emulator/iam';
import { z } from 'zod';
import type { Part } from './part.ts';

const FILE = join(import.meta.dirname, '../../resources/access/iamReasons.json');

const reason = z.strictObject({
  /** logical ids of roles; `*` any run of characters, here and below */
  role: z.string(),
  /** the action that the emulator does not ask for */
  action: z.string(),
  /** only on these resources; without it on all */
  resource: z.string().optional(),
  /** a role without which the stage needs no reason: of a part that a project may leave out */
  beside: z.string().optional(),
  /** a sentence, with what says so */
  why: z.string(),
});

/** Why a role has a permission that no step of the scenario needs. */
export type Reason = z.infer<typeof reason>;

export const readReasons = (): Reason[] => z.array(reason).parse(JSON.parse(readFileSync(FILE, 'utf8')));

const speaksOf = ({ role, action, resource }: Reason, of: string, what: string, where: string): boolean =>
  matchesGlob(role, of) &&
  matchesGlob(action, what) &&
  (resource === undefined || matchesGlob(resource, where));

/** The reason for a part; for a whole statement or a resource there has to be one for each of its actions. */
export const reasonFor = (
  { role, kind, pattern }: Part,
  { actions, resources }: Statement,
  reasons: readonly Reason[],
): Reason | undefined => {
  const wanted = kind === 'action' ? [pattern] : actions.patterns;
  const places = kind === 'resource' ? [pattern] : resources.patterns;
  const found = wanted.flatMap((action) =>
    places.map((place) => reasons.find((each) => speaksOf(each, role, action, place))),
  );
  return found.includes(undefined) ? undefined : found[0];
};
