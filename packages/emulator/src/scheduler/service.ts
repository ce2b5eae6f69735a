import type { DatabaseSync } from 'node:sqlite';
import { findAction } from '../endpoint/actions.ts';
import type { RestService } from '../endpoint/types.ts';
import type { TemplateResource } from '../template/resolveTemplate.ts';
import { groupActions } from './actions/groups.ts';
import { scheduleActions } from './actions/schedules.ts';
import { DEFAULT_GROUP, scheduleGroupArn } from './arn.ts';
import type { Action, Core } from './core.ts';
import { schedulerPermissions } from './permissions.ts';
import { ScheduleStore } from './store.ts';

interface SchedulerOptions {
  /** the emulator's database; table `scheduler_times` */
  db: DatabaseSync;
  now(): number;
}

/** EventBridge Scheduler: the API. What fires a schedule is in firing.ts. */
export interface Scheduler extends RestService {
  /** The schedules and groups are those of these resources from now on. */
  deploy(resources: readonly TemplateResource[]): void;
}

export const schedulerActions: Readonly<Record<string, Action>> = { ...scheduleActions, ...groupActions };

/** EventBridge Scheduler over the emulator's database. */
export const openScheduler = ({ db, now }: SchedulerOptions): Scheduler => {
  const core: Core = { store: new ScheduleStore(db) };
  return {
    name: 'scheduler',
    permissions: schedulerPermissions,
    routes: {
      'GET /schedules/{Name}': 'GetSchedule',
      'GET /schedules': 'ListSchedules',
      'GET /schedule-groups/{Name}': 'GetScheduleGroup',
      'GET /schedule-groups': 'ListScheduleGroups',
    },
    call: (action, input) => findAction('Scheduler', schedulerActions, action)(core, input),
    deploy(resources) {
      const ofType = (type: string): TemplateResource[] => resources.filter((each) => each.type === type);
      const schedules = ofType('AWS::Scheduler::Schedule').map(({ name, attributes, properties }) => ({
        ...{ name, properties, arn: attributes.Arn ?? '' },
        group: String(properties.GroupName ?? DEFAULT_GROUP),
      }));
      const groups = [DEFAULT_GROUP, ...ofType('AWS::Scheduler::ScheduleGroup').map(({ name }) => name)];
      core.store.put(
        schedules,
        groups.map((name) => ({ name, arn: scheduleGroupArn(name) })),
        now(),
      );
    },
  };
};
