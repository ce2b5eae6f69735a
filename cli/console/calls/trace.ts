import { z } from 'zod';
import type { Traced } from '../../../console/contract.ts';
import { daysToSearch } from '../../trace/days.ts';
import type { Facts } from '../../trace/facts.ts';
import { lookFor } from '../../trace/look.ts';
import { timelineOf } from '../../trace/timeline.ts';
import type { Call } from '../call.ts';
import { asInvocation } from '../hush.ts';

const eventOf = (facts: Facts): Traced['events'][number] => {
  const { where, steps } = timelineOf(facts);
  const [row] = [...facts.table, ...facts.raw];
  const { eventName = null, eventTime = null } = row ?? {};
  return {
    source: facts.source,
    eventName,
    eventTime,
    where,
    steps: steps.map(({ at, what, text }) => ({ at, what, text })),
  };
};

export const trace: Call<'trace'> = {
  input: z.object({
    eventId: z.string().trim().min(1, 'Write the id of an event first.'),
    source: z.string().trim(),
    from: z.string(),
    to: z.string(),
  }),
  run: async ({ access }, { eventId, source, from, to }, about) => {
    const { invocation } = asInvocation(access, about, { options: { from, to }, flags: [] });
    const days = daysToSearch(eventId, invocation, new Date());
    about.progress({
      text: `Looking in table, raw objects and quarantine, event times ${days.from} to ${days.to}`,
    });
    const wanted = { eventId, source: source || undefined, days };
    const { facts, scanned, advice } = await lookFor(wanted, access, about.signal);
    const { queries, bytes: bytesScanned, usd } = scanned;
    return {
      ...days,
      ...{ queries, bytesScanned, usd, advice },
      wouldBe: access.local !== undefined,
      events: facts.map(eventOf),
    };
  },
};
