import { expect, test } from '@jest/globals';
import { executionOf, recordOf } from '../../src/build/record.ts';
import { committedBuild } from '../helpers/builds.ts';

test.each(['cli-20261130T141628603Z-23615', '수동실행', '야간 실행', 'né', '100%', '😀', ''])(
  'a build tells which execution made it, by its own name: %s',
  (execution) => {
    const record = recordOf(committedBuild(), [], execution);

    expect(executionOf(record)).toBe(execution);
    for (const value of Object.values(record)) expect(value).toMatch(/^[\x20-\x7e]*$/);
  },
);
