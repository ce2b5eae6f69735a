import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT_ID, REGION } from '../account.ts';
import { AwsError, type FunctionInvoker, type JsonService } from '../contracts.ts';
import type { TemplateResource } from '../template/resolveTemplate.ts';

/** A schedule of the template. Nothing fires by itself here: `fire` does, so that runs happen when they are wanted. */
export interface Schedule {
  name: string;
  arn: string;
  expression: string;
  enabled: boolean;
  targets: readonly { arn: string; role?: string | undefined; input?: string | undefined }[];
}

const target = z.object({
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
});

const properties = z.object({
  ScheduleExpression: z.string('only schedules are emulated, no event patterns'),
  State: z.string().default('ENABLED'),
  Target: target.optional(),
  Targets: z.array(target).default([]),
});

/** AWS::Scheduler::Schedule and AWS::Events::Rule. Throws an Error naming a rule without a schedule expression. */
export const schedulesOf = (resources: readonly TemplateResource[]): Schedule[] => {
  const types = ['AWS::Scheduler::Schedule', 'AWS::Events::Rule'];
  return resources
    .filter(({ type }) => types.includes(type))
    .map((resource) => {
      const parsed = properties.safeParse(resource.properties);
      if (!parsed.success)
        throw new Error(`${resource.logicalId} (${resource.type}): ${z.prettifyError(parsed.error)}`);
      const { ScheduleExpression, State, Target, Targets } = parsed.data;
      return {
        name: resource.name,
        arn: resource.attributes.Arn ?? resource.name,
        expression: ScheduleExpression,
        enabled: State === 'ENABLED',
        targets: [...(Target ? [Target] : []), ...Targets].map(({ Arn, RoleArn, Input }) => ({
          arn: Arn,
          role: RoleArn,
          input: Input,
        })),
      };
    });
};

export interface Fired {
  target: string;
  /** of a state machine */
  executionArn?: string;
  /** of a function: what it returned */
  payload?: string;
}

/** Does what the schedule does when its time comes. Throws AwsError from the target, or for a target of another kind. */
export const fire = async (
  schedule: Schedule,
  services: { states: JsonService; invoker: FunctionInvoker; mayInvoke(role: string, arn: string): void },
  now: Date,
): Promise<Fired[]> => {
  const fired: Fired[] = [];
  for (const { arn, role, input = scheduledEvent(schedule, now) } of schedule.targets) {
    if (arn.includes(':states:')) {
      const started = await services.states.call(
        'StartExecution',
        { stateMachineArn: arn, input },
        { accessKeyId: role ?? 'scheduler' },
      );
      fired.push({ target: arn, executionArn: String(started.executionArn) });
    } else if (arn.includes(':lambda:')) {
      // A rule has no role: the function's own policy lets it.
      if (role !== undefined) services.mayInvoke(role, arn);
      const { payload } = await services.invoker.invoke(arn, input);
      fired.push({ target: arn, payload });
    } else
      throw new AwsError(
        'ValidationException',
        `Schedule ${schedule.name}: the emulator cannot send to ${arn}`,
      );
  }
  return fired;
};

/** What a rule sends without an input of its own. */
const scheduledEvent = (schedule: Schedule, now: Date): string =>
  JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT_ID,
    time: `${now.toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: [schedule.arn],
    detail: {},
  });
