import { describe, expect, test } from '@jest/globals';
import { FaultPlan } from '../../src/faults/plan.ts';
import type { FaultRule } from '../../src/faults/rules.ts';

const often: FaultRule = { service: 's3', kind: 'throttled', probability: 0.3 };

const decisions = (plan: FaultPlan, service: string, operation: string, n: number): string =>
  Array.from({ length: n }, () => (plan.decide(service, operation) ? '!' : '.')).join('');

describe('a fault plan', () => {
  test('decides the same for the n-th call of an operation, whatever is called in between', () => {
    const alone = new FaultPlan({ seed: '7', rules: [often] });
    const busy = new FaultPlan({ seed: '7', rules: [often] });

    const first = decisions(alone, 's3', 'PUT object', 100);
    const mixed = Array.from({ length: 100 }, () => {
      busy.decide('s3', 'GET object');
      return busy.decide('s3', 'PUT object') ? '!' : '.';
    }).join('');

    expect(mixed).toBe(first);
    expect([...first].filter((each) => each === '!').length).toBeGreaterThan(15);
  });

  test('decides otherwise under another seed', () => {
    const one = decisions(new FaultPlan({ seed: '1', rules: [often] }), 's3', 'PUT object', 100);
    const two = decisions(new FaultPlan({ seed: '2', rules: [often] }), 's3', 'PUT object', 100);

    expect(one).not.toBe(two);
  });

  test('hits the very calls that a rule names, of that service and operation only', () => {
    const rules: FaultRule[] = [{ service: 's3', operation: 'PUT object', kind: 'throttled', calls: [2, 4] }];
    const plan = new FaultPlan({ seed: '1', rules });

    expect(decisions(plan, 's3', 'PUT object', 5)).toBe('.!.!.');
    expect(decisions(plan, 's3', 'GET object', 5)).toBe('.....');
    expect(decisions(plan, 'glue', 'PUT object', 5)).toBe('.....');
  });

  test('lets nothing happen any more once it is stopped', () => {
    const plan = new FaultPlan({ seed: '1', rules: [{ ...often, probability: 1 }] });
    plan.stop();

    expect(decisions(plan, 's3', 'PUT object', 3)).toBe('...');
  });
});
