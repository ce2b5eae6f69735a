import { bytes, counted } from '../../client/format.ts';
import type { Screen } from '../screen.ts';
import type { Days } from './days.ts';
import type { LogQuery } from './logs.ts';
import type { Scanned } from './sightings.ts';
import type { Step } from './timeline.ts';
import type { Whereabouts } from './whereabouts.ts';

/** One event of the id, as the document of --json has it. */
export interface TracedEvent {
  source: string | null;
  eventName: string | null;
  eventTime: string | null;
  where: Whereabouts;
  steps: Step[];
  /** `lines` with --logs on an emulator, `command` of a deployed one */
  logs: (LogQuery & { command?: string; lines?: string[] })[];
}

const places: Record<Whereabouts, string> = {
  table: 'It is in the table.',
  building: 'It has landed, and its hour is being built.',
  waiting: 'It has landed, and waits for the next build.',
  quarantined:
    'It was rejected and lies in quarantine. headrace quarantine show tells more, replay sends it again.',
  replayed: 'It was replayed from quarantine. It is in the stream, or of a day that was not looked at.',
  missing:
    'It has landed, its hour was built, and it is not there: run headrace reconcile, which says what is wrong.',
};

const WIDTH = 24;

export const showEvent = (screen: Screen, eventId: string, event: TracedEvent): void => {
  const name = event.eventName === null ? '' : ` · ${event.eventName}`;
  const time = event.eventTime === null ? '' : ` · ${event.eventTime}`;
  screen.heading(`${eventId} · source ${event.source ?? 'unknown'}${name}${time}`);
  for (const { at, what, text } of event.steps)
    screen.say(`  ${(at ?? 'now').padEnd(WIDTH)}  ${what.padEnd(8)}  ${text}`);
  const say = event.where === 'missing' ? screen.warn : screen.say;
  say(places[event.where]);
  const told = event.logs.filter(({ command, lines }) => command !== undefined || lines !== undefined);
  if (told.length === 0) return;
  screen.heading('Logs');
  for (const { function: name, command, lines } of told) {
    if (command !== undefined) screen.say(command);
    for (const line of lines ?? []) screen.say(`${name}  ${line}`);
    if (lines?.length === 0) screen.say(`${name}  no line: the log was begun anew since`);
  }
};

export const showScanned = (screen: Screen, days: Days, scanned: Scanned, local: boolean): void => {
  const cost = local ? `on AWS $${scanned.usd.toFixed(5)}` : `$${scanned.usd.toFixed(5)}`;
  screen.say(
    `Looked at event times from ${days.from} to ${days.to} (${days.why}): ${counted(scanned.queries, 'query', 'queries')}, ${bytes(scanned.bytes)} scanned, ${cost}.`,
  );
};

/** What it can mean that an id is nowhere, likeliest first, each with what to do. */
export const adviceFor = (days: Days, source: string | undefined): string[] => [
  'It may still be in the stream: events land within minutes of being accepted. headrace status shows what has landed; look again shortly.',
  `Its event time may be outside ${days.from} to ${days.to}: give --from DAY --to DAY. Days are of the time it happened, not of when it was sent.`,
  ...(source === undefined ? [] : [`It may be of another source than ${source}: leave out --source.`]),
  'It may never have been accepted: the collector answers each event, and only 202 (200 of Segment’s protocol) says that it was taken. The sender has to send it again; its id keeps it from counting twice.',
  'It may have been sent without an id, or with another: the collector then gave it one of its own.',
];
