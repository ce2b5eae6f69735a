import { errorNames } from '../../../src/errors.ts';
import type { State } from '../../helpers/states.ts';
import { always, first, oneItem, tooMuch } from './faults.ts';
import type { Drill } from './machine.ts';
import type { Fault } from './run.ts';
import type { Course, End, Scenario } from './scenario.ts';

export type Retrier = NonNullable<State['Retry']>[number];

/** A scenario in which one task of a machine meets one kind of fault. */
export interface TaskDrill extends Scenario {
  state: string;
  kind: 'retried' | 'used up' | 'not retried' | 'hangs' | 'too much';
  error: string;
  /** times the task is called for the item that meets the fault, the last one included */
  calls: number;
  /** seconds within which each wait between two calls lies */
  waits: number[];
  /** the state that a catcher leads to; undefined: all went well in the end */
  caughtBy: string | undefined;
}

/** What a service may answer that would come again: named by the service a resource belongs to. */
const comesAgain: { readonly [resource: string]: readonly string[] } = {
  'lambda:invoke': [...errorNames, 'Lambda.ResourceNotFoundException'],
  // The query ran and failed: its SQL is wrong, a column is missing, it would scan too much; or somebody cancelled it.
  'athena:startQueryExecution.sync': ['States.TaskFailed', 'Athena.InvalidRequestException'],
  'athena:getQueryResults': ['Athena.InvalidRequestException'],
  'aws-sdk:glue:startCrawler': ['Glue.EntityNotFoundException'],
  'aws-sdk:glue:getCrawler': ['Glue.EntityNotFoundException'],
};

const hopelessFor = ({ Resource = '', Retry = [] }: State): string[] => {
  const names = comesAgain[Resource.replace('arn:aws:states:::', '')] ?? ['States.TaskFailed'];
  const retried = new Set(Retry.flatMap(({ ErrorEquals }) => ErrorEquals));
  return [...names, 'States.Permissions'].filter((name) => !retried.has(name));
};

/** Seconds the wait before retry `number` (from 1) may take at most. */
export const longestWait = ({ IntervalSeconds = 1, BackoffRate = 2, ...rule }: Retrier, number: number) =>
  Math.min(IntervalSeconds * BackoffRate ** (number - 1), rule.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);

const waitsOf = (rule: Retrier, count: number): number[] =>
  Array.from({ length: count }, (_, at) => longestWait(rule, at + 1));

/** Where the state's catchers lead with an error; States.ALL takes all but too much data. */
const catcherOf = ({ Catch = [] }: State, error: string): string | undefined =>
  Catch.find(
    ({ ErrorEquals }) =>
      ErrorEquals.includes(error) ||
      (ErrorEquals.includes('States.ALL') && error !== 'States.DataLimitExceeded'),
  )?.Next;

/**
 * For every task of a machine: each error of each of its retriers once, and until the retrier is used up; every error
 * that would come again; a call that never ends; an answer that is too large.
 */
export const taskDrills = ({ tasks }: Drill, course: Course): TaskDrill[] =>
  [...tasks].flatMap(([state, fields]) => {
    const way = course.reach[state];
    const drill = (name: string, fault: () => Fault, times: number): Scenario => ({
      ...course.base,
      name: `${state} ${name}`,
      faults: { ...way?.faults, [state]: oneItem(times === 0 ? always(fault()) : first(times, fault())) },
      ends: way?.ends ?? course.base.ends,
    });
    const fatal = (error: string) => {
      const end = course.endOf(state, error);
      const ends: End = end === undefined ? { status: 'SUCCEEDED' } : { status: 'FAILED', error: end };
      return { error, caughtBy: catcherOf(fields, error), ends };
    };
    const retried = (fields.Retry ?? []).flatMap((rule) =>
      rule.ErrorEquals.flatMap((error): TaskDrill[] => {
        const { MaxAttempts = 3 } = rule;
        const once = drill(`meets ${error} once, and is called again`, () => ({ error }), 1);
        const ever = drill(`meets ${error} until its retrier is used up`, () => ({ error }), 0);
        return [
          { ...once, state, kind: 'retried', error, calls: 2, waits: waitsOf(rule, 1), caughtBy: undefined },
          {
            ...ever,
            ...fatal(error),
            state,
            kind: 'used up',
            calls: MaxAttempts + 1,
            waits: waitsOf(rule, MaxAttempts),
          },
        ];
      }),
    );
    const single = { state, calls: 1, waits: [] };
    const hopeless = hopelessFor(fields).map((error): TaskDrill => {
      const scenario = drill(`meets ${error}, and is not called again`, () => ({ error }), 0);
      return { ...scenario, ...fatal(error), ...single, kind: 'not retried' };
    });
    const hung = drill('never answers, and is given up', () => 'hangs', 0);
    const large = drill('answers more than a state may hold', () => tooMuch, 0);
    return [
      ...retried,
      ...hopeless,
      { ...hung, ...fatal('States.Timeout'), ...single, kind: 'hangs' },
      { ...large, ...fatal('States.DataLimitExceeded'), ...single, kind: 'too much' },
    ];
  });
