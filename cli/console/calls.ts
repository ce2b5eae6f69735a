import type { Calls } from '../../console/contract.ts';
import type { Call } from './call.ts';
import { ask, asked, tables } from './calls/ask.ts';
import { overview, reconcile } from './calls/overview.ts';
import { stage } from './calls/stage.ts';

/** All that the page may ask. */
export const calls: { [Name in keyof Calls]: Call<Name> } = {
  stage,
  overview,
  reconcile,
  tables,
  ask,
  asked,
};
