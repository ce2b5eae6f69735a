import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError, messageOf } from '../../client/failure.ts';
import { type CompiledEvents, compileEventsOf } from '../../compiler/events/compile.ts';
import { didYouMean } from '../../compiler/faults.ts';
import type { EventType } from '../../src/events/eventType.ts';
import type { Invocation, Outcome } from '../command.ts';

/** The same where something is to be made of them. */
export const someEvents = (project: string): CompiledEvents => {
  const events = compileEventsOf(project);
  if (events.eventTypes.length > 0) return events;
  throw new CliError('events/ has no event types yet.', 'headrace new event NAME writes the first one.');
};

/** An event type by the name of its events or of its file. */
export const eventTypeNamed = (types: readonly EventType[], name: string): EventType => {
  const found = types.find((type) => type.name === name) ?? types.find(({ view }) => view === name);
  if (found !== undefined) return found;
  const known = types.map((type) => type.name);
  throw new CliError(
    `"${name}" is not an event type of events/.${didYouMean(name, known)}`,
    `There are: ${known.join(', ')}.`,
  );
};

/** Writes a file and the folders above it. */
export const writeText = (path: string, text: string, flag: 'w' | 'wx' = 'w'): void => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag });
  } catch (error) {
    throw new CliError(`--out: cannot write ${path}: ${messageOf(error)}`, undefined, { cause: error });
  }
};

/** A text goes into the file that --out names, else to standard output; with --json into the document. */
export const give = ({ option, json, screen }: Invocation, text: string, document: unknown): Outcome => {
  const out = option('out');
  if (out !== undefined) {
    writeText(out, text);
    screen.say(`${out} is written.`);
    return { ok: true, document: { out } };
  }
  if (!json) process.stdout.write(text);
  return { ok: true, document };
};
