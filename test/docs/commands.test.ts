import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Command } from '../../cli/command.ts';
import { pages } from './support/pages.ts';

/** Commands as the docs write them: `npx headrace reconcile --from DAY`, in text and in code blocks. */
const used = pages().flatMap(({ path, text }) =>
  [...text.matchAll(/(?:npx headrace|npm run headrace --) ([a-z]+)([^`\n#]*)/g)].map(
    ([, name = '', rest = '']) => ({
      path,
      name,
      options: [...rest.matchAll(/ --([a-z-]+)/g)].map(([, one = '']) => one),
    }),
  ),
);

describe('a command that the docs show', () => {
  test.each([...new Set(used.map(({ name }) => name))].sort())(
    'headrace %s is one of the command line, with these options',
    async (name) => {
      expect(existsSync(`cli/commands/${name}.ts`)).toBe(true);
      const module: Record<string, Command> = await import(`../../cli/commands/${name}.ts`);
      const command = Object.values(module).find((each) => each.name === name);
      const known = [...Object.keys(command?.options ?? {}), 'stage', 'json', 'data', 'verbose', 'help'];
      const unknown = used
        .filter((each) => each.name === name)
        .flatMap(({ path, options }) =>
          options.filter((option) => !known.includes(option)).map((option) => `${path}: --${option}`),
        );
      expect(unknown).toEqual([]);
    },
  );
});
