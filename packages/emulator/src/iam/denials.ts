import { AwsError } from '../contracts.ts';
import type { Decision } from './evaluate.ts';
import type { RequiredPermission } from './types.ts';

/** The services that answer otherwise than with AccessDeniedException and status 400. */
const answers: Readonly<Record<string, { code: string; status: number }>> = {
  s3: { code: 'AccessDenied', status: 403 },
  sns: { code: 'AuthorizationError', status: 403 },
  sqs: { code: 'AccessDenied', status: 403 },
  sts: { code: 'AccessDenied', status: 403 },
  lambda: { code: 'AccessDeniedException', status: 403 },
};

export const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'));

/** The code of a refusal that is the service's own: other errors of that name do not come from here. */
export const accessDenied = (service: string, message: string): AwsError => {
  const { code, status } = answers[service] ?? { code: 'AccessDeniedException', status: 400 };
  return new AwsError(code, message, status);
};

const because = {
  noPolicy: (action: string): string => `because no identity-based policy allows the ${action} action`,
  identityDeny: (): string => 'with an explicit deny in an identity-based policy',
  resourceDeny: (): string => 'with an explicit deny in a resource-based policy',
};

/** As AWS says it: who, what, on what, and which kind of policy is the reason. */
export const denial = (
  session: string,
  { action, resource }: RequiredPermission,
  decision: Exclude<Decision, { allowed: true }>,
): AwsError => {
  const shown = serviceOf(action) === 's3' ? `"${resource}"` : resource;
  const what = `User: ${session} is not authorized to perform: ${action} on resource: ${shown}`;
  return accessDenied(serviceOf(action), `${what} ${because[decision.by](action)}`);
};
