import type { DatabaseSync } from 'node:sqlite';
import { findAction } from '../endpoint/actions.ts';
import type { QueryService } from '../endpoint/types.ts';
import { resourceActions } from './actions/resources.ts';
import { stackActions } from './actions/stacks.ts';
import type { Action, Core } from './core.ts';
import { cloudformationPermissions } from './permissions.ts';
import { type StackSpec, StackStore } from './store.ts';

interface CloudFormationOptions {
  /** the emulator's database; table `cloudformation_stack` */
  db: DatabaseSync;
  now(): number;
}

/** CloudFormation: what the template declares, as a stack that is there. */
export interface CloudFormation extends QueryService {
  deploy(stack: StackSpec): void;
}

export const cloudformationActions: Readonly<Record<string, Action>> = {
  ...stackActions,
  ...resourceActions,
};

/** CloudFormation over the emulator's database. */
export const openCloudFormation = ({ db, now }: CloudFormationOptions): CloudFormation => {
  const core: Core = { store: new StackStore(db) };
  return {
    name: 'cloudformation',
    version: '2010-05-15',
    permissions: cloudformationPermissions,
    call: (action, fields) => findAction('CloudFormation', cloudformationActions, action)(core, fields),
    deploy: (stack) => core.store.put(stack, now()),
  };
};
