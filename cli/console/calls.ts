import type { Calls } from '../../console/contract.ts';
import type { Call } from './call.ts';
import { ask, asked, tables } from './calls/ask.ts';
import { events, observed } from './calls/events.ts';
import { live } from './calls/live.ts';
import { overview, reconcile } from './calls/overview.ts';
import { quarantine, quarantineRows, replay } from './calls/quarantine.ts';
import { run, runs } from './calls/runs.ts';
import { stage } from './calls/stage.ts';
import { trace } from './calls/trace.ts';

/** All that the page may ask. */
export const calls: { [Name in keyof Calls]: Call<Name> } = {
  stage,
  overview,
  reconcile,
  live,
  runs,
  run,
  tables,
  ask,
  asked,
  events,
  observed,
  quarantine,
  quarantineRows,
  replay,
  trace,
};
