import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/**
 * Finds the command among the arguments: options may stand before it, as in `headrace --json status`. `common` are the
 * options of every command; what others take is known only after the command is.
 *
 * The name is the first argument that is neither an option nor the value of one. It may be one that is not a command,
 * and is undefined when there is none.
 */
export const splitCommand = (
  argv: readonly string[],
  commands: readonly string[],
  common: ParseArgsOptionsConfig,
): { name: string | undefined; rest: string[] } => {
  const { tokens } = parseArgs({
    args: [...argv],
    options: common,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const isUnknown = (name: string): boolean => common[name] === undefined;
  const found = tokens.find((token, at) => {
    if (token.kind !== 'positional') return false;
    const before = tokens[at - 1];
    // In `--port 0 up` nobody knows yet that 0 is the value of --port.
    const mayBeValue = before?.kind === 'option' && isUnknown(before.name) && before.value === undefined;
    return commands.includes(token.value) || !mayBeValue;
  });
  if (found?.kind !== 'positional') return { name: undefined, rest: [...argv] };
  return { name: found.value, rest: argv.filter((_, at) => at !== found.index) };
};
