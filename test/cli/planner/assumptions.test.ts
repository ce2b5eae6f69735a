import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Assumption } from '../../../cli/planner/assumptions/assumption.ts';
import { aws } from '../../../cli/planner/assumptions/aws.ts';
import { pipeline } from '../../../cli/planner/assumptions/pipeline.ts';
import { traffic } from '../../../cli/planner/assumptions/traffic.ts';
import { assumptions } from '../../../cli/planner/assumptions.ts';

const all: [string, Assumption][] = Object.entries(assumptions);

/** A file of ours, a page by its title, or why there is none. */
const FILE = /^((?:client|src|statemachines|docs)\/[\w/.-]+\.(?:ts|yml|md))/;
const PAGE = /^(?:AWS|Amazon) /;
const ASSUMED = /^assumed: \w+/;

describe('the assumptions', () => {
  test('stand once each', () => {
    const names = [pipeline, traffic, aws].flatMap((part) => Object.keys(part));
    expect(names.length).toBeGreaterThan(50);
    expect(names.sort()).toEqual([...new Set(names)].sort());
  });

  test.each(all)('%s has a unit, and a source that can be looked up', (_name, { unit, what, source }) => {
    expect([unit, what]).not.toContain('');
    expect([FILE, PAGE, ASSUMED].some((form) => form.test(source))).toBe(true);
    const file = FILE.exec(source)?.[1];
    if (file !== undefined) expect(readFileSync(file, 'utf8')).not.toBe('');
  });
});
