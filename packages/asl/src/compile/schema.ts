import { z } from 'zod';

/**
 * The fields of every state type, of both query languages. Strict: a field that is not here is refused by name,
 * so nothing in a definition is ever ignored. What a language does not know is refused in fields.ts.
 */

// Templates and expressions are checked where they are compiled.
const template = z.json();
const path = z.string();
const nullablePath = z.string().nullable();
const numeric = z.union([z.number(), z.string()]);

const common = {
  Comment: z.string().optional(),
  QueryLanguage: z.enum(['JSONPath', 'JSONata']).optional(),
};
const flow = {
  InputPath: nullablePath.optional(),
  OutputPath: nullablePath.optional(),
  Assign: z.record(z.string(), template).optional(),
  Output: template.optional(),
};
const transition = { Next: z.string().optional(), End: z.boolean().optional() };
const result = {
  ResultPath: nullablePath.optional(),
  ResultSelector: z.record(z.string(), template).optional(),
};

const errorEquals = z.array(z.string()).min(1);
export const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: errorEquals,
  IntervalSeconds: z.number().int().min(1).optional(),
  MaxAttempts: z.number().int().min(0).max(99_999_999).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.number().int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
});
export const catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: errorEquals,
  Next: z.string(),
  ResultPath: nullablePath.optional(),
  Assign: flow.Assign,
  Output: flow.Output,
});
const handlers = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

/** States of a branch, an iteration or the machine; each is parsed by its own type. */
const states = z.record(z.string(), z.record(z.string(), template));
const machineFields = { Comment: z.string().optional(), States: states, StartAt: z.string() };

export const machine = z.strictObject({
  ...machineFields,
  Version: z.string().optional(),
  TimeoutSeconds: z.number().int().min(1).max(99_999_999).optional(),
  QueryLanguage: common.QueryLanguage,
});
const branch = z.strictObject(machineFields);
const itemProcessor = branch.extend({
  ProcessorConfig: z
    .strictObject({
      Mode: z.enum(['INLINE', 'DISTRIBUTED']).optional(),
      ExecutionType: z.enum(['STANDARD', 'EXPRESS']).optional(),
    })
    .optional(),
});

export const pass = z.strictObject({
  ...common,
  ...flow,
  ...transition,
  Type: z.literal('Pass'),
  Parameters: template.optional(),
  Result: template.optional(),
  ResultPath: nullablePath.optional(),
});
export const succeed = z.strictObject({ ...common, ...flow, Type: z.literal('Succeed') });
export const fail = z.strictObject({
  ...common,
  Type: z.literal('Fail'),
  Error: z.string().optional(),
  ErrorPath: path.optional(),
  Cause: z.string().optional(),
  CausePath: path.optional(),
});
export const wait = z.strictObject({
  ...common,
  ...flow,
  ...transition,
  Type: z.literal('Wait'),
  Seconds: numeric.optional(),
  SecondsPath: path.optional(),
  Timestamp: z.string().optional(),
  TimestampPath: path.optional(),
});
export const choice = z.strictObject({
  ...common,
  ...flow,
  Type: z.literal('Choice'),
  Choices: z.array(z.record(z.string(), template)).min(1),
  Default: z.string().optional(),
});
export const task = z.strictObject({
  ...common,
  ...flow,
  ...transition,
  ...result,
  ...handlers,
  Type: z.literal('Task'),
  Resource: z.string(),
  Credentials: z.record(z.string(), template).optional(),
  Parameters: template.optional(),
  Arguments: template.optional(),
  TimeoutSeconds: numeric.optional(),
  TimeoutSecondsPath: path.optional(),
  HeartbeatSeconds: numeric.optional(),
  HeartbeatSecondsPath: path.optional(),
});
export const parallel = z.strictObject({
  ...common,
  ...flow,
  ...transition,
  ...result,
  ...handlers,
  Type: z.literal('Parallel'),
  Branches: z.array(branch).min(1),
  Parameters: template.optional(),
  Arguments: template.optional(),
});
// What the names of state machines may not have either.
const label = z
  .string()
  .min(1, 'Label must not be empty')
  .max(40, 'Label must have at most 40 characters')
  .regex(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]*$/,
    'Label must not have white space, control characters or any of < > { } [ ] ? * " # % \\ ^ | ~ ` $ & , ; : /',
  );
export const map = z.strictObject({
  ...common,
  ...flow,
  ...transition,
  ...result,
  ...handlers,
  Type: z.literal('Map'),
  ItemProcessor: itemProcessor.optional(),
  Iterator: itemProcessor.optional(),
  Items: template.optional(),
  ItemsPath: path.optional(),
  ItemSelector: template.optional(),
  Parameters: template.optional(),
  MaxConcurrency: numeric.optional(),
  MaxConcurrencyPath: path.optional(),
  ToleratedFailureCount: numeric.optional(),
  ToleratedFailureCountPath: path.optional(),
  ToleratedFailurePercentage: numeric.optional(),
  ToleratedFailurePercentagePath: path.optional(),
  Label: label.optional(),
});

export type BranchFields = z.infer<typeof branch>;
export type ItemProcessorFields = z.infer<typeof itemProcessor>;
export type FlowFields = z.infer<z.ZodObject<typeof flow & typeof result>> & {
  Parameters?: z.infer<typeof template> | undefined;
  Arguments?: z.infer<typeof template> | undefined;
};
export type TransitionFields = z.infer<z.ZodObject<typeof transition>>;
export type HandlerFields = z.infer<z.ZodObject<typeof handlers>>;
export type RetrierFields = z.infer<typeof retrier>;
export type CatcherFields = z.infer<typeof catcher>;
export type PassFields = z.infer<typeof pass>;
export type SucceedFields = z.infer<typeof succeed>;
export type FailFields = z.infer<typeof fail>;
export type WaitFields = z.infer<typeof wait>;
export type ChoiceFields = z.infer<typeof choice>;
export type TaskFields = z.infer<typeof task>;
export type ParallelFields = z.infer<typeof parallel>;
export type MapFields = z.infer<typeof map>;
