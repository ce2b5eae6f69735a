import { z } from 'zod';
import { errorNames } from '../../../src/errors.ts';
import { type State, statesOf } from '../../helpers/states.ts';

/** What every state of every machine must keep. Each says by its name what is right, and tells a state that breaks it. */

/** Names of the language itself. */
export const ofTheLanguage = [
  'States.ALL',
  'States.DataLimitExceeded',
  'States.Timeout',
  'States.TaskFailed',
  'States.Permissions',
  'States.Runtime',
];

/** Step Functions' own client failing; in no model, but in its guide, "Handle transient Lambda service exceptions". */
export const ofTheClient = [
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Athena.AmazonAthenaException', // what Athena's model does not know, such as "Rate exceeded"
  'Glue.GlueException', // the same of Glue
];

/** What becomes of a function that ends without an answer: the same guide, and Lambda's own error types. */
export const ofDeadFunctions = [
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Timedout',
];

/** Shapes of the services' API models; held against the models themselves where they are at hand. */
export const ofServices = [
  'Athena.InternalServerException',
  'Athena.TooManyRequestsException',
  'Glue.CrawlerRunningException',
  'Glue.InternalServiceException',
  'Glue.OperationTimeoutException',
  'Glue.ThrottlingException',
  'Lambda.ServiceException',
  'Lambda.TooManyRequestsException',
  'StepFunctions.ExecutionLimitExceededException', // Java's name of the model's ExecutionLimitExceeded
];

const known = new Set<string>([
  ...errorNames,
  ...ofTheLanguage,
  ...ofTheClient,
  ...ofDeadFunctions,
  ...ofServices,
]);

/** Prefixes of the errors that a resource's service reports: `…:aws-sdk:glue:startCrawler` → Glue. */
const prefixes: [resource: RegExp, prefix: string][] = [
  [/:lambda:invoke$/, 'Lambda.'],
  [/:athena:\w+(\.sync)?$/, 'Athena.'],
  [/:aws-sdk:glue:\w+$/, 'Glue.'],
  [/:states:startExecution(\.sync(:2)?)?$/, 'StepFunctions.'],
];

/** Errors that would come again: ours that a step throws for good, and those that stand for anything. */
const hopeless: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.TaskFailed',
  'States.Permissions',
  ...errorNames.filter((name) => !['Throttled', 'Transient', 'Conflict'].includes(name)),
]);

export const namesIn = ({ Retry = [], Catch = [] }: State): string[] =>
  [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals);

const isForeign = (prefix: string, name: string): boolean =>
  !name.startsWith('States.') &&
  !name.startsWith(prefix) &&
  !(prefix === 'Lambda.' && [...errorNames, ...ofDeadFunctions].some((ours) => ours === name));

const catchers = ({ Catch = [] }: State): string[][] => Catch.map(({ ErrorEquals }) => ErrorEquals);

const tolerance = z.object({
  ItemProcessor: z.object({ ProcessorConfig: z.object({ Mode: z.string() }) }),
  ToleratedFailurePercentage: z.number().optional(),
  ToleratedFailureCount: z.number().optional(),
});

const toleratesTooMuch = (state: State): boolean => {
  if (state.Type !== 'Map') return false;
  if (Object.keys(state).some((field) => /^ToleratedFailure.*Path$/.test(field))) return true;
  const { ItemProcessor, ...tolerated } = tolerance.parse(state);
  const { ToleratedFailurePercentage: share, ToleratedFailureCount: count } = tolerated;
  if (share === undefined && count === undefined) return false;
  // A count alone takes all of fewer items; of both, whichever is exceeded fails the map.
  return ItemProcessor.ProcessorConfig.Mode === 'INLINE' || share === undefined || share >= 100;
};

export const rules = {
  'a Task has a time limit, retries and a catcher': ({ Type, TimeoutSeconds, Retry, Catch }) =>
    Type === 'Task' && !(TimeoutSeconds && Retry?.length && Catch?.length),

  'an error name is one of ours or one that AWS reports': (state) =>
    namesIn(state).some((name) => !known.has(name)),

  'an error of a service stands at a task that calls this service, one of ours at a task that runs our code':
    (state) => {
      if (state.Type !== 'Task') return false;
      const [, prefix] = prefixes.find(([resource]) => resource.test(state.Resource ?? '')) ?? [];
      return prefix === undefined || namesIn(state).some((name) => isForeign(prefix, name));
    },

  'a retry backs off, up to a limit, with full jitter': ({ Retry = [] }) =>
    Retry.some(
      ({
        ErrorEquals,
        BackoffRate = 0,
        MaxDelaySeconds,
        IntervalSeconds = 0,
        MaxAttempts = 0,
        JitterStrategy,
      }) =>
        BackoffRate <= 1 ||
        !MaxDelaySeconds ||
        MaxDelaySeconds <= IntervalSeconds ||
        MaxAttempts < 1 ||
        // Conflict waits for a lease to end, which jitter would cut short.
        (JitterStrategy !== 'FULL' && ErrorEquals.join() !== 'Conflict'),
    ),

  'a retry names no error that would come again, and none twice': ({ Retry = [] }) => {
    const names = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
    return names.some((name) => hopeless.has(name)) || new Set(names).size < names.length;
  },

  'States.ALL stands alone, and last': (state) =>
    catchers(state).some(
      (names, at, { length }) => names.includes('States.ALL') && (names.length > 1 || at < length - 1),
    ),

  'the last catcher of a Task takes everything there is to catch': (state) =>
    state.Type === 'Task' && catchers(state).at(-1)?.join() !== 'States.ALL',

  'too much data is caught by its name, which States.ALL does not take': (state) =>
    catchers(state).length > 0 && !catchers(state).flat().includes('States.DataLimitExceeded'),

  'a Map tolerates no failures when it is inline, and never the failure of all its items': toleratesTooMuch,

  'a Map runs a bounded number of items at a time, and is caught': ({
    Type,
    MaxConcurrency = 0,
    MaxConcurrencyPath,
    Catch = [],
  }) =>
    Type === 'Map' &&
    // What a plan asks for is bounded where it is made: test/backfill/backfilling.test.ts.
    ((MaxConcurrencyPath !== '$.plan.concurrency' && (MaxConcurrency < 1 || MaxConcurrency > 10)) ||
      Catch.length === 0),
} satisfies Record<string, (state: State) => boolean>;

export type Rule = keyof typeof rules;

// Object.keys forgets what it was given.
export const ruleNames = Object.keys(rules) as Rule[];

/** The states of a machine that break a rule, by their paths. */
export const offendersOf = (machine: unknown, rule: Rule): string[] =>
  statesOf(machine)
    .filter(([, state]) => rules[rule](state))
    .map(([path]) => path);
