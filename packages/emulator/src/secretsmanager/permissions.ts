import { text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import { secretArn } from './arn.ts';

/** Policies name secrets by ARN, callers by either. */
export const secretsPermissions: PermissionTable = {
  GetSecretValue: ({ SecretId }) => {
    const id = text(SecretId);
    return {
      action: 'secretsmanager:GetSecretValue',
      resource: id.startsWith('arn:') ? id : secretArn(id),
    };
  },
};
