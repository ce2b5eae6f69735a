import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readTemplate } from 'headrace-emulator/template';
import { type CostEstimate, estimate } from '../../../../cli/planner/cost/estimate.ts';
import { factsOf } from '../../../../cli/planner/facts.ts';
import { DEFAULT_PRICES, readPrices } from '../../../../cli/planner/prices.ts';
import { profileOf } from '../../../../cli/planner/profile.ts';
import { packaged } from '../../../helpers/packaged.ts';

let prod: CostEstimate;
beforeAll(async () => {
  const { folder } = await packaged('prod');
  prod = estimate(profileOf('100eps'), factsOf(readTemplate(folder)), readPrices(DEFAULT_PRICES));
}, 200_000);

describe('what prod costs', () => {
  test('is what docs/cost/100eps.json says; after a change: headrace cost --profile 100eps --json > that file', () => {
    const known = JSON.parse(readFileSync('docs/cost/100eps.json', 'utf8'));
    expect({ services: prod.services, all: prod.usdPerMonth }).toEqual({
      services: known.services,
      all: known.usdPerMonth,
    });
  });

  test('is what docs/cost.md shows; copy the table from here when it changes', () => {
    const all = { service: 'all', usd: prod.usdPerMonth, usdPerMillionEvents: prod.usdPerMillionEvents };
    const rows = [...prod.services, all].map(
      ({ service, usd, usdPerMillionEvents: million }) =>
        `| ${service} | ${usd.toFixed(2)} | ${million.toFixed(4)} |`,
    );
    const table = ['| service | USD a month | USD a million events |', '|---|---|---|', ...rows].join('\n');
    expect(readFileSync('docs/cost.md', 'utf8')).toContain(table);
  });

  test('has every service that the template declares and AWS bills for', () => {
    const services = prod.services.map(({ service }) => service);
    for (const service of ['API Gateway', 'Lambda', 'Kinesis', 'S3', 'DynamoDB', 'Step Functions', 'Athena'])
      expect(services).toContain(service);
  });
});
