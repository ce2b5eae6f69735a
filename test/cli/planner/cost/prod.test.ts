import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { billAssumptions } from '../../../../cli/planner/cost/billAssumptions.ts';
import { type CostEstimate, estimate } from '../../../../cli/planner/cost/estimate.ts';
import { readPrices } from '../../../../cli/planner/prices.ts';
import { profileOf } from '../../../../cli/planner/profile.ts';
import { describeShipped } from '../../../helpers/shipped.ts';
import { readProd } from '../support.ts';

let prod: CostEstimate;
beforeAll(async () => {
  const { facts } = await readProd();
  prod = estimate(profileOf('100eps'), facts, readPrices());
}, 200_000);

describeShipped('what prod costs with the queries that ship', () => {
  test('is what docs/reference/cost/100eps.json says; after a change: headrace cost --profile 100eps --json > that file', () => {
    expect({ stage: 'prod', ...prod }).toEqual(
      JSON.parse(readFileSync('docs/reference/cost/100eps.json', 'utf8')),
    );
  });
});

describe('what prod costs', () => {
  test('has every service that the template declares and AWS bills for', () => {
    const services = prod.services.map(({ service }) => service);
    for (const service of ['API Gateway', 'Lambda', 'Kinesis', 'S3', 'DynamoDB', 'Step Functions', 'Athena'])
      expect(services).toContain(service);
  });

  test('shows every assumption that the bill is reckoned with', () => {
    const used = ['bill', 'month'].flatMap((file) => [
      ...readFileSync(`cli/planner/cost/${file}.ts`, 'utf8').matchAll(/\bassumptions\.(\w+)\.value/g),
    ]);
    const names = new Set(used.map(([, name = '']) => name));
    expect(names.size).toBeGreaterThan(15);
    expect([...names].filter((name) => !(name in billAssumptions()))).toEqual([]);
  });
});
