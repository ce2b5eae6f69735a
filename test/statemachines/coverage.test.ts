import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { scenariosOf } from './scenarios.ts';
import { drill } from './support/machine.ts';
import { isWhole, kindOf, type Measured, measure } from './support/measure.ts';

let measured: Measured[] = [];
beforeAll(async () => {
  measured = await measure();
}, 600_000);

describe('the scenarios', () => {
  test('are there for every machine of statemachines/', () => {
    const files = readdirSync('statemachines').filter((file) => file.endsWith('.asl.yml'));
    expect(measured.map(({ machine }) => `${machine}.asl.yml`).sort()).toEqual(files.sort());
    expect(measured.filter(({ scenarios }) => scenarios === 0).map(({ machine }) => machine)).toEqual([]);
  });

  test('reach every state, transition, retrier and catcher', () => {
    expect(measured.map(({ machine, percent, missing }) => ({ machine, percent, missing }))).toEqual(
      measured.map(({ machine }) => ({ machine, percent: 100, missing: [] })),
    );
  });

  test('all end as they should: a run that went astray would cover what it was not meant to', () => {
    expect(measured.flatMap(({ astray }) => astray)).toEqual([]);
    expect(measured.every(isWhole)).toBe(true);
  });
});

describe('what is measured', () => {
  test('is of one of four kinds', () => {
    expect(
      [
        'Plan',
        'A/B -> C',
        'A/B -> End',
        'Is? rule 0 -> C',
        'Is? default -> C',
        'A retry 1',
        'A catch 0 -> B',
      ].map(kindOf),
    ).toEqual(['states', 'transitions', 'transitions', 'transitions', 'transitions', 'retriers', 'catchers']);
  });

  test('is nothing for a machine nobody has written scenarios for', () => {
    const unknown = drill('unheardOf', { StartAt: 'A', States: { A: { Type: 'Succeed' } } });
    expect(scenariosOf(unknown)).toEqual([]);
    expect(unknown.coverage.report()).toEqual({ points: 1, reached: 0, missing: ['A'] });
  });
});
