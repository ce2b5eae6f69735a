import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const project = mkdtempSync(join(tmpdir(), 'new-'));
const before = process.env.HEADRACE_PROJECT;
process.env.HEADRACE_PROJECT = project;
afterAll(() => {
  if (before === undefined) delete process.env.HEADRACE_PROJECT;
  else process.env.HEADRACE_PROJECT = before;
  rmSync(project, { recursive: true });
});

const nothing = (): void => {};
const invocation = (...positionals: string[]) => ({
  ...{ stage: 'local', json: true, positionals, signal: new AbortController().signal },
  screen: {
    ...{ say: nothing, heading: nothing, warn: nothing, table: nothing },
    progress: () => ({ update: nothing, stop: nothing, end: nothing }),
  },
  ...{ option: () => undefined, options: () => [], flag: () => false },
});

// In a file of its own: a process compiles its project once, here when the new file is there already.
test.each(['mart', 'view'])(
  'new %s leaves no file of a name that an event type has: nobody could read the project',
  async (kind) => {
    mkdirSync(join(project, 'events'), { recursive: true });
    writeFileSync(join(project, 'events/thing_seen.yml'), 'description: A thing\n');
    const { newCommand } = await import('../../../cli/commands/new.ts');
    await expect(newCommand.run(invocation(kind, 'thing_seen'))).rejects.toMatchObject({
      message: expect.stringMatching(/^events\/thing_seen\.yml: .*there is a \w+ "thing_seen"/),
      next: `queries/${kind}s/thing_seen.sql was not written.`,
    });
    expect(existsSync(join(project, `queries/${kind}s/thing_seen.sql`))).toBe(false);
  },
);
