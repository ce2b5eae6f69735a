import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TEMPLATE_FILE } from 'headrace-emulator/template';
import { z } from 'zod';

const document = z.looseObject({ Statement: z.array(z.unknown()) });
/** A role, or a policy that names its roles. */
const resourceSchema = z.looseObject({
  Properties: z.looseObject({
    AssumeRolePolicyDocument: document.optional(),
    PolicyDocument: document.optional(),
    Policies: z.array(z.looseObject({ PolicyName: z.string(), PolicyDocument: document })).default([]),
  }),
});
/** Makes `folder` that package with another template; all else is linked. Returns the folder. */
export const linkPackage = (packageDir: string, folder: string, template: object): string => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(packageDir))
    if (name !== TEMPLATE_FILE) symlinkSync(resolve(packageDir, name), join(folder, name));
  writeFileSync(join(folder, TEMPLATE_FILE), JSON.stringify(template));
  return folder;
};

const templateSchema = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });

/**
 * Makes `folder` a copy of a package in which one statement is missing: `PlanRole/plan/3` is the third of the policy
 * `plan`, `PlanRole/trust/1` the first of the trust policy. Throws an Error when there is none.
 */
export const packageWithout = (packageDir: string, statement: string, folder: string): string => {
  const [logicalId = '', policy = '', place = ''] = statement.split('/');
  const text = readFileSync(join(packageDir, TEMPLATE_FILE), 'utf8');
  const template = templateSchema.parse(JSON.parse(text));
  // A policy of its own, that names the role, or one within the role: its name is not a logical id then.
  const owner = Object.hasOwn(template.Resources, policy) ? policy : logicalId;
  const resource = resourceSchema.parse(template.Resources[owner]);
  const { AssumeRolePolicyDocument, PolicyDocument, Policies } = resource.Properties;
  const within = Policies.find(({ PolicyName }) => PolicyName === policy)?.PolicyDocument;
  const found = policy === 'trust' ? AssumeRolePolicyDocument : (PolicyDocument ?? within);
  if (found?.Statement.splice(Number(place) - 1, 1).length !== 1)
    throw new Error(`The template has no statement ${statement}.`);
  template.Resources[owner] = resource;
  return linkPackage(packageDir, folder, template);
};
