import { alarmSpec } from '../../cloudwatch/alarmSpec.ts';
import type { Provisioner } from './ports.ts';

export const provisionAlarm: Provisioner = (resource, { cloudwatch }) =>
  cloudwatch.deployAlarm(alarmSpec(resource));
