import type { StageAccess } from '../../client/access.ts';
import type { Invocation } from '../command.ts';
import type { Screen } from '../screen.ts';
import type { About } from './call.ts';

/** A screen for what commands share with the page: its bars become progress, its sentences are kept. */
const screenOf = ({ progress }: About, told: string[]): Screen => {
  const say = (line = '') => void told.push(line);
  return {
    say,
    heading: say,
    warn: say,
    table: () => undefined,
    progress: (title, total, unit) => ({
      update: (done) => progress({ text: `${title}: ${done} of ${total} ${unit}`, done, total }),
      end: (summary) => say(`${title}: ${summary}`),
      stop: () => undefined,
    }),
  };
};

/** As if a command had been called with these options; empty ones count as not given. */
export const asInvocation = (
  { stage }: StageAccess,
  about: About,
  { options, flags }: { options: Readonly<Record<string, string>>; flags: readonly string[] },
): { invocation: Invocation; told: string[] } => {
  const told: string[] = [];
  const invocation: Invocation = {
    stage,
    json: false,
    screen: screenOf(about, told),
    option: (name) => options[name] || undefined,
    options: () => [],
    flag: (name) => flags.includes(name),
    positionals: [],
    signal: about.signal,
  };
  return { invocation, told };
};
