import type { StageAccess } from '../../client/access.ts';
import { CliError } from '../../client/failure.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { daysToSearch } from '../trace/days.ts';
import type { Facts } from '../trace/facts.ts';
import { awsCommand, localLines, logQueries } from '../trace/logs.ts';
import { lookFor } from '../trace/look.ts';
import { showEvent, showScanned, type TracedEvent } from '../trace/show.ts';
import { timelineOf } from '../trace/timeline.ts';
import { isKnown } from '../trace/whereabouts.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace trace EVENT_ID [--source S] [--from DAY --to DAY] [--logs]

Follows one event by what is stored: received, landed, built, in the table and its day's marts; or waiting, or rejected
and why. Exits 0 when it is known where the event is, 1 when not.

  --source S      only of this source: two sources may use the same id
  --from, --to    days (UTC) of the event's time, --to exclusive. Default: around the time that a UUIDv7 tells, else the
                  last three days
  --logs          emulator: the log lines of its request, batch and build (a deployed stage: the commands are shown)`;

export const trace: Command = {
  name: 'trace',
  usage,
  options: {
    source: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    logs: { type: 'boolean', default: false },
  },
  run: (invocation) => {
    const eventId = idOf(invocation);
    const days = daysToSearch(eventId, invocation, new Date());
    return withStage(invocation, (access) => follow(eventId, days, access, invocation));
  },
};

const follow = async (
  eventId: string,
  days: ReturnType<typeof daysToSearch>,
  access: StageAccess,
  invocation: Invocation,
): Promise<Outcome> => {
  const source = invocation.option('source');
  const { screen } = invocation;
  const wanted = { eventId, source, days };
  const { facts, scanned, advice } = await lookFor(wanted, access, invocation.signal);
  const events = facts.map((one) => traced(one, access, invocation));
  const ok = events.length > 0 && events.every(({ where }) => isKnown(where));
  for (const event of events) showEvent(screen, eventId, event);
  if (events.length === 0)
    screen.warn(`${eventId} is in no raw object, not in the table and not in quarantine.`);
  for (const line of advice) screen.say(`  · ${line}`);
  showScanned(screen, days, scanned, access.local !== undefined);
  return { ok, document: { ok, eventId, days, scanned, events, advice } };
};

const idOf = ({ positionals }: Invocation): string => {
  const [eventId, ...others] = positionals;
  if (eventId !== undefined && eventId !== '' && others.length === 0) return eventId;
  throw new CliError('trace takes one event id.', 'headrace trace --help tells more.');
};

const traced = (facts: Facts, access: StageAccess, invocation: Invocation): TracedEvent => {
  const { where, steps } = timelineOf(facts);
  const [row] = [...facts.table, ...facts.raw];
  const wanted = invocation.flag('logs');
  const logs = logQueries(steps).map((query) => {
    if (access.local === undefined) return { ...query, command: awsCommand(access.stage, query) };
    return wanted ? { ...query, lines: localLines(access.local.dataDir, access.stage, query) } : query;
  });
  const { eventName = null, eventTime = null } = row ?? {};
  return { source: facts.source, eventName, eventTime, where, steps, logs };
};
