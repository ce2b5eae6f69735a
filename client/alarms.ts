import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { StageAccess } from './access.ts';

export interface RingingAlarm {
  /** as docs/runbook.md has it */
  name: string;
  since: string;
  description: string;
}

/** Those that tell somebody: an alarm whose actions are off does not apply to the stage. */
export const ringingAlarms = async ({ cloudwatch, stage }: StageAccess): Promise<RingingAlarm[]> => {
  const prefix = `headrace-${stage}-`;
  const ringing: RingingAlarm[] = [];
  const asked = { AlarmNamePrefix: prefix, StateValue: 'ALARM' } as const;
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudwatch }, asked))
    for (const alarm of MetricAlarms)
      if (alarm.ActionsEnabled)
        ringing.push({
          name: alarm.AlarmName?.slice(prefix.length) ?? '',
          since: alarm.StateTransitionedTimestamp?.toISOString() ?? '',
          description: alarm.AlarmDescription ?? '',
        });
  return ringing;
};
