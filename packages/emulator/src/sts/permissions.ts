import type { PermissionTable } from '../iam/guard.ts';

/** Anybody may ask who they are. */
export const stsPermissions: PermissionTable = { GetCallerIdentity: () => [] };
