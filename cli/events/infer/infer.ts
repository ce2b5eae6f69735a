import { existsSync } from 'node:fs';
import { CliError } from '../../../client/failure.ts';
import { counted } from '../../../client/format.ts';
import {
  type CompiledEvents,
  compileEvents,
  compileEventsOf,
  takenIn,
} from '../../../compiler/events/compile.ts';
import { readLock } from '../../../compiler/events/lock.ts';
import { eventFileName, snakeCase, type Taken, viewFlaw } from '../../../compiler/events/names.ts';
import { type Fault, faultsIn } from '../../../compiler/faults.ts';
import { projectFolder } from '../../../compiler/folder.ts';
import { yamlFiles } from '../../../compiler/sourceFiles.ts';
import { isLonger, MAX_NAME_LENGTH } from '../../../src/events/envelope.ts';
import { DAY_MS, isDay, utcDay } from '../../../src/json/instants.ts';
import type { Invocation, Outcome } from '../../command.ts';
import { createScreen, type Screen } from '../../screen.ts';
import { writeText } from '../project.ts';
import { fileText } from './fileText.ts';
import { nothing, observe } from './observe.ts';
import { propose } from './propose.ts';
import { type Days, type Sample, sampleOfFile, sampleOfStage } from './samples.ts';

const MOST_DAYS = 31;
const DEFAULT_DAYS = 7;
const DEFAULT_EVENTS = 1000;
const MOST_EVENTS = 10_000;

const dayOf = (option: string, text: string): string => {
  if (isDay(text)) return text;
  throw new CliError(`--${option}: "${text}" is not a day.`, 'Give a day (UTC) as 2026-11-01.');
};

const daysOf = ({ option }: Pick<Invocation, 'option'>, now: number): Days => {
  const [from, to] = [option('from'), option('to')];
  if (from === undefined && to === undefined)
    return { from: utcDay(now - (DEFAULT_DAYS - 1) * DAY_MS), to: utcDay(now) };
  if (from === undefined || to === undefined)
    throw new CliError('--from and --to go together.', 'Leave both away for the last 7 days.');
  const days = { from: dayOf('from', from), to: dayOf('to', to) };
  const length = (Date.parse(days.to) - Date.parse(days.from)) / DAY_MS + 1;
  if (length < 1) throw new CliError(`--from (${from}) must not be after --to (${to}).`);
  if (length > MOST_DAYS)
    throw new CliError(
      `--from and --to: ${length} days, and ${MOST_DAYS} are the most.`,
      'Fewer days cost less.',
    );
  return days;
};

const mostOf = ({ option }: Pick<Invocation, 'option'>): number => {
  const given = option('events') ?? String(DEFAULT_EVENTS);
  if (/^[1-9]\d{0,5}$/.test(given) && Number(given) <= MOST_EVENTS) return Number(given);
  throw new CliError(`--events: "${given}" is not a whole number from 1 to ${MOST_EVENTS}.`);
};

/** The name of the file: the event's own, as a name of SQL. */
const viewFor = (name: string, views: readonly string[], taken: Taken): string => {
  const base = snakeCase(name).slice(0, 50).replace(/_+$/, '') || 'event';
  const names = [base, `${base}_event`, ...Array.from({ length: 200 }, (_, n) => `${base}_${n + 2}`)];
  const free = names.find((view) => viewFlaw(view, taken) === undefined && !views.includes(view));
  if (free === undefined) throw new CliError(`"${name}": there are too many event types with such a name.`);
  return free;
};

/** What `headrace events check` would say of the file. */
const faultsWith = (project: string, file: string, text: string): readonly Fault[] => {
  const faults: Fault[] = [];
  const sources = [...yamlFiles(project, 'events', faults), { file, text }];
  try {
    compileEvents(sources, readLock(project, faults), takenIn(project), faults);
    return [];
  } catch (error) {
    return faultsIn(error);
  }
};

/** A proposal out of events. Exported for its test. */
export const inferred = (
  project: string,
  name: string,
  { events, of }: Sample,
  { eventTypes, columns }: Pick<CompiledEvents, 'eventTypes' | 'columns'>,
): { file: string; text: string; columns: number; faults: readonly Fault[] } => {
  const seen = { properties: nothing(), context: nothing() };
  for (const event of events) {
    observe(seen.properties, event.properties);
    observe(seen.context, event.context);
  }
  const views = eventTypes.map((type) => type.view);
  const view = viewFor(name, views, takenIn(project));
  const proposal = propose(seen, { view, columns });
  const file = eventFileName(view);
  const text = fileText(proposal, { name, view, events: events.length, of });
  const faults = faultsWith(project, file, text);
  const said = faults.map(({ says }) => `# headrace events check will say: ${says}\n`).join('');
  return { file, text: `${said}${text}`, columns: proposal.columns.length, faults };
};

const nameOf = (operands: readonly string[], known: CompiledEvents['eventTypes']): string => {
  const [name] = operands;
  if (name === undefined || name.trim() === '' || isLonger(name, MAX_NAME_LENGTH))
    throw new CliError(
      `events infer takes the name of events, of at most ${MAX_NAME_LENGTH} characters.`,
      'headrace events infer theme_changed',
    );
  const there = known.find((type) => type.name === name);
  if (there === undefined) return name;
  throw new CliError(
    `${eventFileName(there.view)} describes "${name}" already.`,
    'Edit it. headrace events docs shows what it says.',
  );
};

const sampled = (invocation: Invocation, screen: Screen, name: string): Promise<Sample> => {
  const most = mostOf(invocation);
  const file = invocation.option('file');
  const days = daysOf(invocation, Date.now());
  if (file === undefined) return sampleOfStage(invocation, screen, name, days, most);
  if (invocation.option('from') === undefined) return sampleOfFile(file, name, most, invocation.signal);
  throw new CliError('--file takes no --from and --to.', 'All events of the file are looked at.');
};

/** `headrace events infer EVENT_NAME` */
export const infer = async (invocation: Invocation, operands: readonly string[]): Promise<Outcome> => {
  const project = projectFolder();
  const known = compileEventsOf(project);
  const name = nameOf(operands, known.eventTypes);
  const out = invocation.option('out');
  if (out !== undefined && existsSync(out))
    throw new CliError(`--out: ${out} is there already.`, 'Choose another file, or delete it.');
  const toStdout = out === undefined && !invocation.json;
  const screen = toStdout ? createScreen(process.stderr) : invocation.screen;
  const sample = await sampled({ ...invocation, screen }, screen, name);
  const { file, text, columns, faults } = inferred(project, name, sample, known);
  if (out !== undefined) writeText(out, text, 'wx');
  else if (toStdout) process.stdout.write(text);
  screen.say(`${counted(columns, 'column')} out of ${counted(sample.events.length, 'event')}.`);
  if (out === undefined) screen.say(`Its place is ${file}: --out ${file} writes it there.`);
  else screen.say(`${out} is written. Next: edit it, then headrace events check.`);
  for (const { says } of faults) screen.warn(`headrace events check will say: ${says}`);
  const document = { file, events: sample.events.length, columns, text, faults };
  return { ok: true, document: out === undefined ? document : { ...document, out } };
};
