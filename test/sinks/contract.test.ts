import { describe, expect, test } from '@jest/globals';
import { rules } from './contract.ts';
import { landSubject, misbehaving, stdoutSubject, windowsSubject } from './subjects.ts';

describe.each([
  { consumer: 'land', make: landSubject },
  { consumer: 'stdout', make: stdoutSubject },
  { consumer: 'windows', make: windowsSubject },
])('the consumer $consumer', ({ make }) => {
  test.each(rules)('$name', async ({ holds }) => {
    await holds(make());
  });
});

describe('the contract sees a consumer that', () => {
  test.each(misbehaving)('$what', async ({ breaks, make }) => {
    const broken: string[] = [];
    for (const { name, holds } of rules) {
      const kept = await holds(make()).then(
        () => true,
        () => false,
      );
      if (!kept) broken.push(name);
    }
    expect(broken).toContainEqual(expect.stringMatching(breaks));
  });
});
