import type { Command } from '../command.ts';
import { CliError } from '../failure.ts';
import { withStage } from '../withStage.ts';
import { createWriteKey } from '../writeKeys.ts';

const usage = `
headrace keys create SOURCE

Makes a write key for a source (an app that sends events) and shows it once: only its hash is stored.`;

export const keys: Command = {
  name: 'keys',
  usage,
  options: {},
  run: async (invocation) => {
    const [action, source, ...others] = invocation.positionals;
    if (action !== 'create' || source === undefined || others.length > 0)
      throw new CliError('keys knows one form: headrace keys create SOURCE');
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(source))
      throw new CliError(
        `«${source}» is no source name.`,
        'Use up to 64 letters, digits, dots, dashes or underscores.',
      );
    const key = await withStage(invocation, (access) => createWriteKey(access, source, new Date()));
    invocation.screen.say(`Write key of ${source} (shown once): ${key}`);
    return { ok: true, document: { source, key } };
  },
};
