import type { PermissionTable } from '../iam/guard.ts';

/** A service whose requests fauxqs answers (host.ts); the endpoint holds its callers to their permissions. */
export interface HostedService {
  /** as in signatures */
  name: string;
  permissions: PermissionTable;
  /** what fauxqs knows of the service's API */
  actions: readonly string[];
}
