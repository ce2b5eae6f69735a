import type { Role } from 'headrace-emulator/iam';
import { statementsOf, type Verdict } from './grants.ts';

/** Parts that no step needs and nobody gave a reason for. */
export const unexplained = (all: readonly Verdict[]): Verdict[] =>
  all.filter(({ deniedIn, reason }) => deniedIn === undefined && reason === undefined);

const cell = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(' ');

/** Without what is the same in every ARN. */
const short = (arn: string): string => arn.replace(/^arn:aws:([a-z0-9-]+):[a-z0-9-]*:\d*:/, '$1:');

const shownBy = (parts: readonly Verdict[]): string => {
  const whole = parts.find(({ kind }) => kind === 'statement');
  if (whole?.deniedIn !== undefined) return `${whole.deniedIn} (\`${whole.deniedAction}\`)`;
  return whole?.reason === undefined ? 'NOTHING' : 'see below';
};

/** Of its actions and resources, how many are missed by themselves. */
const share = (parts: readonly Verdict[]): string => {
  const single = parts.filter(({ kind }) => kind !== 'statement');
  return `${single.filter(({ deniedIn }) => deniedIn !== undefined).length} of ${single.length}`;
};

const tableOf = (role: Role, all: readonly Verdict[]): string[] => [
  `### ${role.logicalId}`,
  '',
  '| statement | actions | resources | missed first by | parts missed |',
  '|---|---|---|---|---|',
  ...statementsOf(role).map(({ id, actions, resources }) => {
    const parts = all.filter(({ statement }) => statement === id);
    const name = id.slice(role.logicalId.length + 1);
    const where = resources.patterns.map(short);
    return `| ${name} | ${cell(actions.patterns)} | ${cell(where)} | ${shownBy(parts)} | ${share(parts)} |`;
  }),
  '',
];

const reasonsOf = (all: readonly Verdict[]): string[] => {
  const byReason = Map.groupBy(
    all.filter(({ kind, reason }) => kind === 'action' && reason !== undefined),
    ({ reason }) => reason ?? '',
  );
  return [...byReason].map(([reason, parts]) => {
    const actions = [...new Set(parts.map(({ pattern }) => pattern))].sort();
    const roles = [...new Set(parts.map(({ role }) => role))].sort();
    const who = roles.length > 3 ? `${roles.length} roles` : roles.join(', ');
    return `- ${cell(actions)} (${who}): ${reason}`;
  });
};

/** The part of docs/reference/permissions.md that follows from the template and a run of the scenario. */
export const reportOf = (roles: readonly Role[], all: readonly Verdict[]): string => {
  const missed = all.filter(({ deniedIn }) => deniedIn !== undefined).length;
  const explained = all.filter(({ reason }) => reason !== undefined).length;
  const sorted = [...roles].sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
  return [
    `${roles.length} roles with ${all.filter(({ kind }) => kind === 'statement').length} statements. Taken out one at a time: ${all.length} statements, actions and`,
    `resources, of which ${missed} are missed and ${explained} have a reason instead.`,
    '',
    ...sorted.flatMap((role) => tableOf(role, all)),
    '### What the emulator cannot miss',
    '',
    ...reasonsOf(all),
    '',
  ].join('\n');
};
