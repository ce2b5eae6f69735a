import * as z from 'zod';
import { clock, lakeStore, ledger } from '../src/environment.ts';
import { step } from '../src/step.ts';
import { sweepBuilds } from '../src/steps/sweeping.ts';

const input = z.object({ execution: z.string() });

/** State Sweep: removes the files of builds replaced more than an hour ago. Nothing to remove is no error. */
export const handler = step(input, () => sweepBuilds({ store: lakeStore(), ledger: ledger(), clock }));
