import { secretArn } from '../../services/secrets/arn.ts';
import type { AsksOf } from '../guard.ts';
import { text } from './arns.ts';

/** Policies name secrets by ARN, callers by either. */
export const secretsAsks: AsksOf = {
  GetSecretValue: ({ SecretId }) => {
    const id = text(SecretId);
    return {
      action: 'secretsmanager:GetSecretValue',
      resource: id.startsWith('arn:') ? id : secretArn(id),
    };
  },
};
