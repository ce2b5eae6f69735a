import type { HostedService } from '../fauxqs/service.ts';
import { stsPermissions } from './permissions.ts';

/** Who a caller is, by fauxqs: tools ask it before they do anything else. */
export const sts: HostedService = {
  name: 'sts',
  permissions: stsPermissions,
  actions: ['GetCallerIdentity'],
};
