import { describe, expect, test } from '@jest/globals';
import { newCommand } from '../../../cli/commands/new.ts';
import { newQueries } from '../../../cli/new/queries.ts';
import { compileQueries } from '../../../compiler/sql/compile.ts';
import { allQueries, projectOf } from '../../helpers/queries.ts';

const invocation = (...positionals: string[]) => ({
  ...{ stage: 'local', json: false, positionals, signal: new AbortController().signal },
  screen: { ...console, say: () => {}, heading: () => {}, table: () => {}, progress: () => raise() },
  option: () => undefined,
  options: () => [],
  flag: () => false,
});

const raise = (): never => {
  throw new Error('not asked for');
};

describe.each(Object.entries(newQueries))('new %s', (_word, kind) => {
  const file = kind.fileOf(kind.example);

  test('writes an example that is right in an empty project, with a comment for each column of a table', async () => {
    const folder = projectOf({ [file.replace('queries/', '')]: kind.textOf(kind.example) });
    await kind.check(folder);
    const [made] = Object.values(compileQueries(folder)).flat();
    expect(made).toMatchObject({ file, name: kind.example });
    if (made?.kind === 'marts' || made?.kind === 'views')
      expect(made.typed.filter(({ name, comment }) => comment === '' && name !== 'dt')).toEqual([]);
  });

  test('says what to do next: that the file is there, and how to try it', () => {
    expect(kind.next(kind.example).join('\n')).toMatch(new RegExp(`edit ${file}[^]*npx headrace`));
  });

  test('tells of a name that such a file cannot have', async () => {
    const folder = projectOf({ [kind.fileOf('1x').replace('queries/', '')]: kind.textOf('1x') });
    await expect(kind.check(folder)).rejects.toThrow('"1x" is not a name for a');
  });
});

test('a file that is there is not touched', async () => {
  const wordOf: Readonly<Record<string, string>> = {
    marts: 'mart',
    checks: 'check',
    warnings: 'warning',
    views: 'view',
  };
  for (const { kind, name, file } of allQueries()) {
    const word = wordOf[kind];
    if (word !== undefined)
      await expect(newCommand.run(invocation(word, name))).rejects.toThrow(`${file} is there already`);
  }
});

test.each([
  [['thing', 'x'], '"thing" is not a kind of file'],
  [['constructor', 'x'], '"constructor" is not a kind of file'],
  [['mart'], 'new mart takes one name'],
  [['mart', 'a', 'b'], 'new mart takes one name'],
  [['mart', '../../x'], '"../../x" is not a name'],
])('%j is refused with what is wrong', async (given, message) => {
  await expect(newCommand.run(invocation(...given))).rejects.toThrow(message);
});
