import { z } from 'zod';
import type { JsonObject } from '../../contracts.ts';
import { type AthenaAction, parse } from '../core.ts';

const byName = z.object({ WorkGroup: z.string() });

const nameOf = (input: JsonObject): string => parse(byName, input).WorkGroup;

export const workGroupActions: Readonly<Record<string, AthenaAction>> = {
  CreateWorkGroup: (core, input) => {
    core.workGroups.create(input);
    return {};
  },
  UpdateWorkGroup: (core, input) => {
    core.workGroups.update(input);
    return {};
  },
  DeleteWorkGroup: (core, input) => {
    core.workGroups.remove(input);
    return {};
  },
  GetWorkGroup: (core, input) => ({ WorkGroup: core.workGroups.describe(nameOf(input)) }),
  ListWorkGroups: (core) => ({ WorkGroups: core.workGroups.list() }),
};
