import { createHash } from 'node:crypto';
import { ACCOUNT_ID, REGION } from '../account.ts';

/** Six characters after the name, as Secrets Manager adds them; here always the same, for they must outlive a boot. */
export const secretArn = (name: string): string => {
  const suffix = createHash('sha256').update(name).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 6);
  return `arn:aws:secretsmanager:${REGION}:${ACCOUNT_ID}:secret:${name}-${suffix}`;
};
