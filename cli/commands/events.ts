import { CliError } from '../../client/failure.ts';
import { didYouMean } from '../../compiler/faults.ts';
import type { Command, Invocation, Outcome } from '../command.ts';

/** What a form of the command does, with the arguments behind its name. */
type Run = (invocation: Invocation, operands: readonly string[]) => Promise<Outcome>;

interface Form {
  /** what stands behind its name */
  arguments: string;
  summary: string;
  takes: readonly string[];
  /** how many arguments it takes at most */
  most: number;
  load(): Promise<Run>;
}

/** Each is loaded only when it is asked for: `check` has to run while the files are wrong. */
const forms: Readonly<Record<string, Form>> = {
  check: {
    arguments: '[--frozen]',
    summary: 'everything that is wrong with events/; adds new columns to the lock',
    ...{ takes: ['frozen'], most: 0 },
    load: async () => (await import('../events/check.ts')).check,
  },
  types: {
    arguments: '[--out FILE]',
    summary: 'TypeScript types for senders',
    ...{ takes: ['out'], most: 0 },
    load: async () => (await import('../events/make.ts')).types,
  },
  schema: {
    arguments: '[NAME] [--out FILE|DIR]',
    summary: 'JSON Schema (2020-12) of one event type, or of all',
    ...{ takes: ['out'], most: 1 },
    load: async () => (await import('../events/make.ts')).schema,
  },
  docs: {
    arguments: '[--out FILE]',
    summary: 'a page of Markdown: event types and columns',
    ...{ takes: ['out'], most: 0 },
    load: async () => (await import('../events/make.ts')).docs,
  },
  validate: {
    arguments: 'FILE|FOLDER|- …',
    summary: 'what the collector would say of events, without a stage',
    ...{ takes: ['strict', 'max-age-days'], most: Number.POSITIVE_INFINITY },
    load: async () => (await import('../events/validate.ts')).validate,
  },
  infer: {
    arguments: 'EVENT_NAME [--file FILE]',
    summary: 'proposes a file for events that nobody has described yet',
    ...{ takes: ['from', 'to', 'events', 'file', 'out'], most: 1 },
    load: async () => (await import('../events/infer/infer.ts')).infer,
  },
};

const usage = `
headrace events FORM …

Works on the files of events/, one for each event type. docs/guides/eventTypes.md tells what they say.

${Object.entries(forms)
  .map(([name, form]) => `  ${`${name} ${form.arguments}`.padEnd(33)} ${form.summary}`)
  .join('\n')}

  headrace events check
  headrace events types --out ../shop/src/headraceEvents.ts
  headrace events schema order_completed
  headrace events validate --strict test/fixtures/events.ndjson
  headrace events infer theme_changed --file events.ndjson --out events/theme_changed.yml
  headrace events infer theme_changed --from 2026-11-01 --to 2026-11-07 --stage prod

  --frozen           check: fail where the lock lacks a column, instead of adding it (also where CI is set)
  --out FILE         write into this file. Without it: standard output. schema: a folder gets one file for each event type
  --file FILE        infer: read events out of this file, as \`headrace send\` does; needs no stage. Otherwise Athena is asked
  --strict           validate: fail on warnings as well
  --max-age-days N   validate: how old an event may be, as the stage's param maxEventAgeDays says (default 1100)
  --from, --to DAY   infer: first and last day (UTC) to look at, 31 at most. Default: the last 7 days
  --events N         infer: look at N events at most (default 1000, at most 10000)

Only infer without --file asks a stage. To write a new file by hand: headrace new event NAME.`;

const options = {
  frozen: { type: 'boolean', default: false },
  out: { type: 'string' },
  file: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  events: { type: 'string' },
  strict: { type: 'boolean', default: false },
  'max-age-days': { type: 'string' },
} as const;

export const events: Command = {
  name: 'events',
  usage,
  options,
  run: async (invocation) => {
    const [name, ...operands] = invocation.positionals;
    if (name === undefined) {
      invocation.screen.say(usage.trim());
      return { ok: true, document: { forms: Object.keys(forms) } };
    }
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    if (form === undefined) throw unknown(name);
    const foreign = Object.keys(options).find(
      (option) =>
        !form.takes.includes(option) && (invocation.option(option) !== undefined || invocation.flag(option)),
    );
    if (foreign !== undefined) throw misused(`events ${name} has no option --${foreign}.`);
    const [surplus] = operands.slice(form.most);
    if (surplus !== undefined) throw misused(`events ${name}: "${surplus}" is one argument too many.`);
    return (await form.load())(invocation, operands);
  },
};

const misused = (message: string): CliError => new CliError(message, 'headrace events --help tells more.');

const unknown = (name: string): CliError => {
  const known = Object.keys(forms);
  return new CliError(
    `"${name}" is not a form of headrace events.${didYouMean(name, known)}`,
    `There are: ${known.join(', ')}. headrace events --help tells more.`,
  );
};
