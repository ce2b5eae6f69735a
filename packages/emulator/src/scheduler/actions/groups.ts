import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { type Action, type Core, datesOf, page, pageInput, parse } from '../core.ts';
import type { ScheduleGroup } from '../store.ts';

const getInput = z.object({ Name: z.string() });

const described = (core: Core, { name, arn }: ScheduleGroup): JsonObject => ({
  ...{ Arn: arn, Name: name, State: 'ACTIVE' },
  ...datesOf(core, arn),
});

export const groupActions: Readonly<Record<string, Action>> = {
  GetScheduleGroup(core, input) {
    const { Name } = parse(getInput, input);
    const group = core.store.groups().find(({ name }) => name === Name);
    if (group) return described(core, group);
    throw new AwsError('ResourceNotFoundException', `Schedule group ${Name} does not exist.`, 404);
  },
  ListScheduleGroups(core, input) {
    const { items, NextToken } = page(core.store.groups(), parse(pageInput, input));
    return jsonObject({ ScheduleGroups: items.map((group) => described(core, group)), NextToken });
  },
};
