import { CliError } from '../client/failure.ts';
import { isPartition, type Partition } from '../src/lake/partition.ts';
import type { Invocation } from './command.ts';

/** An hour, or a day as its first hour. February 30th is neither. */
const hourOf = (option: string, text: string): Partition => {
  const hour = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00` : text;
  if (isPartition(hour)) return hour;
  throw new CliError(
    `--${option}: "${text}" is neither an hour nor a day.`,
    'Give a UTC hour (2026-11-01T05) or a day (2026-11-01).',
  );
};

/** The hours of --from and --to (exclusive); undefined without both: all there are. `advice` for one of them alone. */
export const hoursOf = (
  { option }: Pick<Invocation, 'option'>,
  advice = 'Leave both away for everything there is.',
): { from: Partition; to: Partition } | undefined => {
  const [from, to] = [option('from'), option('to')];
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined) {
    throw new CliError('--from and --to go together.', advice);
  }
  const range = { from: hourOf('from', from), to: hourOf('to', to) };
  if (range.from < range.to) return range;
  throw new CliError(
    `--from (${from}) must be before --to (${to}).`,
    '--to is the hour or day after the last one.',
  );
};
