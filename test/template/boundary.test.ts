import '../helpers/someWindow.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { packageStage } from '../../client/package.ts';
import { boundaryOf } from '../../resources/access/boundary.ts';
import { rolesOf } from '../../scripts/iam/grants.ts';
import { addingParams, changedParams } from '../helpers/packaged.ts';
import { packagedOnce } from '../helpers/packagedOnce.ts';
import { arnOf, bootstrapTemplate, policiesOf } from './support/bootstrap.ts';

/** Whoever may deploy writes roles; what keeps those from more than a stage needs is the boundary of bootstrap.yml. */

const [boundary] = policiesOf(/^RoleBoundary$/);
const deploying = policiesOf(/^Deploy/).flatMap(({ Statement }) => Statement);

const values: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': '000000000000',
  'AWS::URLSuffix': 'amazonaws.com',
  Stage: 'prod',
};

/** Whether the pattern of the boundary takes in whatever the pattern of a role does. */
const takesIn = (wide: string, narrow: string): boolean => {
  const filled = wide.replaceAll(/\$\{([\w:]+)\}/g, (_all, name: string) => values[name] ?? '');
  const escaped = filled.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*')}$`).test(narrow);
};

const allows = (action: string, resource: string): boolean =>
  boundary?.Statement.some(
    ({ Action, Resource }) =>
      Action.includes(action) && Resource.some((one) => takesIn(arnOf(one), resource)),
  ) ?? false;

const prod = packagedOnce('prod');
let folders: string[];
beforeAll(async () => {
  const all = { ...changedParams, ...addingParams };
  folders = [prod.folder, await packageStage('prod', changedParams), await packageStage('prod', all)];
}, 300_000);

describe('the boundary', () => {
  test('allows every role of the stage what it has, in any variant', () => {
    const roles = folders.flatMap((folder) => rolesOf(folder, 'prod'));
    const grants = roles.flatMap(({ logicalId, identity }) =>
      identity.flatMap(({ actions, resources }) =>
        actions.patterns.flatMap((action) =>
          resources.patterns.map((resource) => ({ logicalId, action, resource })),
        ),
      ),
    );
    expect(grants.length).toBeGreaterThan(200);
    expect(grants.filter(({ action, resource }) => !allows(action, resource))).toEqual([]);
  });

  test('allows no action that no role has', () => {
    const used = new Set(
      folders.flatMap((folder) =>
        rolesOf(folder, 'prod').flatMap(({ identity }) =>
          identity.flatMap(({ actions }) => actions.patterns),
        ),
      ),
    );
    const allowed = boundary?.Statement.flatMap(({ Action }) => Action) ?? [];
    expect(allowed.filter((action) => !used.has(action))).toEqual([]);
  });

  test('leaves out all that makes somebody an administrator, and everything of another stage', () => {
    const allowed = boundary?.Statement.flatMap(({ Action }) => Action) ?? [];
    expect(allowed.filter((action) => /\*|^(iam|sts|organizations|cloudformation):/.test(action))).toEqual(
      [],
    );
    for (const other of ['arn:aws:s3:::headrace-dev-lake-1/raw/a', 'arn:aws:s3:::company-secrets/a'])
      expect(allows('s3:GetObject', other)).toBe(false);
  });
});

describe('whoever deploys', () => {
  const bound = { StringEquals: { 'iam:PermissionsBoundary': { Ref: 'RoleBoundary' } } };

  test('makes a role and writes its policies under the boundary only', () => {
    const writing = deploying.filter(({ Action }) =>
      Action.some((action) =>
        /^iam:((Create|Attach)Role|PutRole|DeleteRolePolicy|UpdateAssume)/.test(action),
      ),
    );
    expect(writing.map(({ Sid }) => Sid)).toEqual(['RolesInBounds']);
    expect(writing[0]?.Condition).toEqual(bound);
  });

  test('can neither take the boundary off nor change it', () => {
    const actions = deploying.flatMap(({ Action }) => Action);
    expect(
      actions.filter((one) => /Delete\w*Boundary|PolicyVersion|iam:(Create|Delete)Policy$/.test(one)),
    ).toEqual([]);
    const name = z
      .object({ 'Fn::Sub': z.string() })
      .parse(bootstrapTemplate.Resources.RoleBoundary?.Properties.ManagedPolicyName)['Fn::Sub'];
    const reached = deploying
      .flatMap(({ Resource }) => Resource.map(arnOf))
      .filter((arn) => arn.includes(':iam:'));
    expect(reached.filter((arn) => arn.includes(name) || arn.includes(':policy/'))).toEqual([]);
  });

  test('reaches no API that carries the tag of another stage', () => {
    const denied = deploying.filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toMatchObject([
      {
        Action: ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `apigateway:${method}`),
        Condition: {
          Null: { 'aws:ResourceTag/deployment': 'false' },
          StringNotEquals: { 'aws:ResourceTag/deployment': { 'Fn::Sub': `headrace-\${Stage}` } },
        },
      },
    ]);
  });
});

describe('the param permissionsBoundary', () => {
  test('bounds no role by default, and names the place for it at every one', () => {
    const roles = prod.ofType('AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(15);
    for (const [id, { PermissionsBoundary }] of roles)
      expect([id, PermissionsBoundary]).toEqual([id, { Ref: 'AWS::NoValue' }]);
  });

  test('takes the boundary of bootstrap.yml by its name, and one of yours by its ARN', () => {
    expect(boundaryOf('bootstrap', 'prod')).toEqual({
      'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/boundary-headrace-prod`,
    });
    const own = 'arn:aws:iam::123456789012:policy/company/boundary';
    expect(boundaryOf(own, 'prod')).toBe(own);
  });

  test.each(['', 'true', 'boundary-headrace-prod', 'arn:aws:iam::1:role/x'])('refuses %p', (param) => {
    expect(() => boundaryOf(param, 'prod')).toThrow(
      `permissionsBoundary: "${param}" is not a boundary. Set it to none, bootstrap, or the ARN of a policy`,
    );
  });
});
