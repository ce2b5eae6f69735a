import type { Osls } from '../osls.ts';

/**
 * What bounds every role of the stage, by the param `permissionsBoundary`:
 *
 * - `none`: nothing.
 * - `bootstrap`: the policy that docs/guides/deploy/bootstrap.yml makes beside the role that deploys. That role may make
 *   roles under this boundary only, so it cannot give itself, by way of a function, what it does not have.
 * - `arn:aws:iam::…:policy/…`: a policy of yours.
 */
export const boundaryOf = (param: string, stage: string): unknown => {
  if (param === 'none') return { Ref: 'AWS::NoValue' };
  if (param === 'bootstrap') {
    return { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/boundary-headrace-${stage}` };
  }
  if (/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(param)) return param;
  throw new Error(
    `permissionsBoundary: "${param}" is not a boundary. Set it to none, bootstrap, or the ARN of a policy (arn:aws:iam::ACCOUNT:policy/NAME).`,
  );
};

/** What boundary.js gives to osls. */
export const boundary = async ({ resolveVariable }: Osls): Promise<unknown> =>
  boundaryOf(await resolveVariable('param:permissionsBoundary'), await resolveVariable('sls:stage'));
