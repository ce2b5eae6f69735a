import type { Grant, Role, Statement, Use } from 'headrace-emulator/iam';
import { policiesOf } from 'headrace-emulator/iam';
import { readTemplate, resolveTemplate } from 'headrace-emulator/template';
import type { Part } from './part.ts';
import { type Reason, reasonFor } from './reasons.ts';

/** What becomes of the scenario without the part. */
export interface Verdict extends Part {
  /** a step in which a request would be denied */
  deniedIn?: string;
  /** that request's action */
  deniedAction?: string;
  /** why no step needs it */
  reason?: string;
}

/** The roles of a packaged template. */
export const rolesOf = (packageDir: string, stage = 'local'): Role[] => {
  const names = { stack: `headrace-${stage}`, endpoint: 'http://127.0.0.1:4566' };
  return [...policiesOf(resolveTemplate(readTemplate(packageDir), names)).roles.values()];
};

/** Every statement of a role, those of its trust policy last. */
export const statementsOf = ({ identity, trust }: Role): readonly Statement[] => [...identity, ...trust];

const partsOf = ({ logicalId }: Role, { id, actions, resources }: Statement): Part[] => {
  const part = (kind: Part['kind'], pattern: string): Part => ({
    role: logicalId,
    statement: id,
    kind,
    pattern,
  });
  return [
    part('statement', ''),
    ...actions.patterns.map((pattern) => part('action', pattern)),
    // A statement of one resource is gone without it.
    ...(resources.patterns.length < 2 ? [] : resources.patterns.map((pattern) => part('resource', pattern))),
  ];
};

const isOf = (grant: Grant, { statement, kind, pattern }: Part): boolean =>
  grant.statement === statement && (kind === 'statement' || grant[kind] === pattern);

/**
 * Takes out every part of every role, one at a time, and judges again all that was asked for: a request is denied
 * without the part exactly when everything that allowed it belongs to the part. So this says of each what a run
 * without it would meet first, without that run.
 */
export const verdicts = (
  roles: readonly Role[],
  uses: readonly (Use & { step?: string })[],
  reasons: readonly Reason[],
): Verdict[] =>
  roles.flatMap((role) =>
    statementsOf(role).flatMap((statement) => {
      const needed = uses.filter((use) => use.role === role.logicalId);
      return partsOf(role, statement).map((part): Verdict => {
        const denied = needed.find(({ grants }) => grants.every((grant) => isOf(grant, part)));
        if (denied) return { ...part, deniedIn: denied.step ?? 'a test', deniedAction: denied.action };
        const reason = reasonFor(part, statement, reasons);
        return reason === undefined ? part : { ...part, reason: reason.why };
      });
    }),
  );
