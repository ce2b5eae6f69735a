import { z } from 'zod';
import type { Resources } from './resourceList.ts';

/** CloudFormation finds these by ids that AWS made up, which no template can say. */
const foundById = ['AWS::KMS::Key', 'AWS::KMS::Alias', 'AWS::SecretsManager::Secret'];

const names = z.record(z.string(), z.unknown());

/** `Fn::Sub` of the account's number as text: an import takes no functions in a name. */
const withAccount = (value: unknown, account: string): unknown => {
  if (Array.isArray(value)) return value.map((item) => withAccount(item, account));
  const found = names.safeParse(value).data;
  if (found === undefined) return value;
  const text = found['Fn::Sub'];
  if (typeof text === 'string') {
    const filled = text.replaceAll(`\${AWS::AccountId}`, account);
    return filled.includes('${') ? { 'Fn::Sub': filled } : filled;
  }
  return Object.fromEntries(Object.entries(found).map(([key, item]) => [key, withAccount(item, account)]));
};

export interface Retained {
  /** a template that CloudFormation can create with `--import-existing-resources` */
  template: { Resources: Record<string, unknown> };
  /** logical ids of what stays in the account as well, but has to be imported by hand */
  byHand: string[];
}

/**
 * The part of a stage that outlives its stack. `core` is what osls makes before all else: without its bucket it would
 * not know the stack for one of its own. Throws an Error when there is nothing, or what cannot be imported is needed.
 */
export const retainedTemplate = (resources: Resources, core: Resources, account: string): Retained => {
  if (!/^\d{12}$/.test(account))
    throw new Error(`"${account}" is not an account number: give its twelve digits.`);
  const retained = Object.entries(resources).filter(([, one]) => one.DeletionPolicy === 'Retain');
  const byHand = retained.filter(([, { Type }]) => foundById.includes(Type)).map(([id]) => id);
  const taken = retained.filter(([id]) => !byHand.includes(id));
  if (taken.length === 0) throw new Error('Nothing of this stage outlives its stack.');
  const needed = byHand.filter((id) => JSON.stringify(taken).includes(`"${id}"`));
  if (needed.length > 0) {
    throw new Error(
      `${needed.join(', ')} encrypts what was left, and a key cannot be found by its name: set dataKey to its ARN first.`,
    );
  }
  const Resources = Object.fromEntries(
    taken.map(([id, one]) => [id, { ...one, Properties: withAccount(one.Properties, account) }]),
  );
  return { template: { Resources: { ...core, ...Resources } }, byHand };
};
