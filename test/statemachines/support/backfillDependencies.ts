import type { Json } from 'headrace-asl';
import { StatesError } from 'headrace-asl';
import { z } from 'zod';
import { planBackfill } from '../../../src/backfill/backfilling.ts';
import { backfillReportInput, reportBackfill } from '../../../src/backfill/report.ts';
import { HeadraceError } from '../../../src/errors.ts';
import { failureInput, recordFailure } from '../../../src/etl/failing.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { createFakeLedger } from '../../helpers/fakes/ledger.ts';
import { createFakeStore } from '../../helpers/fakes.ts';
import type { Dependencies } from './run.ts';

const planInput = z.object({ execution: z.string(), startedAt: z.string(), input: z.unknown() });
const invoked = z.object({ FunctionName: z.string(), Payload: z.unknown() });
const runInput = z.object({
  StateMachineArn: z.string(),
  Name: z.string().max(80),
  Input: z.strictObject({
    from: z.string(),
    to: z.string(),
    force: z.boolean().optional(),
    builtBefore: z.string().optional(),
  }),
});

/** A function's error as Step Functions gets it: its name, and all of it as JSON. */
const asLambdaFails = (error: unknown): unknown =>
  error instanceof HeadraceError
    ? new StatesError(error.name, JSON.stringify({ errorType: error.name, errorMessage: error.message }))
    : error;

/** What backfill calls: its own steps as they are, on a lake with these hours; runs of the etl only as far as they are asked for. */
export const backfillDependencies =
  (hours: readonly string[]) =>
  (clock: Clock): Dependencies => {
    const store = createFakeStore({ clock });
    const ledger = createFakeLedger({ now: () => clock.now() });
    for (const hour of hours)
      store.seed(`raw/dt=${hour.slice(0, 10)}/hr=${hour.slice(11)}/s-1-n1.ndjson.gz`, '{}\n');
    const functions: Record<string, (payload: unknown) => Promise<unknown>> = {
      PlanBackfill: (payload) =>
        planBackfill(
          planInput.parse(payload),
          { checks: 4, warnings: 1, marts: 3 },
          { store, ...ledger, timeZone: 'UTC' },
        ),
      ReportBackfill: (payload) => reportBackfill(backfillReportInput.parse(payload), { store, clock }),
      RecordBackfillFailure: (payload) =>
        recordFailure(failureInput.parse(payload), { store, ...ledger, clock }),
    };
    const answer = async (state: string, input: Json): Promise<Json> => {
      if (state === 'RunChunks/RunChunk') {
        const { Name, Input } = runInput.parse(input);
        return { Name, Status: 'SUCCEEDED', Input: z.json().parse(Input), Output: { status: 'SUCCEEDED' } };
      }
      const run = functions[state];
      if (run === undefined)
        throw new Error(`the dependencies of backfill has nothing for the state ${state}`);
      try {
        return { StatusCode: 200, Payload: z.json().parse(await run(invoked.parse(input).Payload)) };
      } catch (error) {
        throw asLambdaFails(error);
      }
    };
    return { answer };
  };
