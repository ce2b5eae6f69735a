import { readTemplate } from 'headrace-emulator/template';
import { dayOf } from '../../cli/planner/capacity/day.ts';
import { limitsOf, type StageLimits } from '../../cli/planner/capacity/limits.ts';
import { dayOptions } from '../../cli/planner/capacity/options.ts';
import { readPrices } from '../../cli/planner/prices.ts';
import { packageStage } from '../../client/package.ts';
import { assumptionsTable } from './assumptionsTable.ts';
import {
  type CostPage,
  changesTable,
  columnsTable,
  costPage,
  queriesTable,
  ratesTable,
  servicesTable,
  trafficTable,
} from './costPage.ts';
import { metTable, paperTable } from './paperTable.ts';
import { DAYS, daysTable } from './scalingPage.ts';

const planned = async () => limitsOf(readTemplate(await packageStage('prod')));

const ofCost = (table: (page: CostPage) => string) => async (): Promise<string> =>
  table(costPage((await planned()).facts, readPrices()));

const ofLimits = (table: (limits: StageLimits) => string) => async (): Promise<string> =>
  table((await planned()).limits);

/** `--rate 100 --shards 16` as the command's options. Each has a value. */
const optionsIn = (line: string): Map<string, string> =>
  new Map(
    line
      .split('--')
      .flatMap((part) => (part === '' ? [] : [part.trim().split(' ')]))
      .map(([name = '', value = '']) => [name, value]),
  );

const simulatedDays = async (): Promise<string> => {
  const { limits, facts } = await planned();
  return daysTable(
    DAYS.map((line) => {
      const given = optionsIn(line);
      const options = dayOptions(
        (name) => given.get(name),
        () => false,
      );
      return [line, dayOf(options, limits, facts, readPrices())];
    }),
  );
};

/** The sections that the planner makes, save the simulated days. They take seconds. */
export const plannerSections = [
  { page: 'docs/reference/cost.md', section: 'traffic', text: ofCost(trafficTable) },
  { page: 'docs/reference/cost.md', section: 'services', text: ofCost(servicesTable) },
  { page: 'docs/reference/cost.md', section: 'rates', text: ofCost(ratesTable) },
  { page: 'docs/reference/cost.md', section: 'changes', text: ofCost(changesTable) },
  { page: 'docs/reference/cost.md', section: 'queries', text: ofCost(queriesTable) },
  { page: 'docs/reference/cost.md', section: 'columns', text: ofCost(columnsTable) },
  { page: 'docs/reference/scaling.md', section: 'on paper', text: ofLimits(paperTable) },
  { page: 'docs/reference/scaling.md', section: 'met at', text: ofLimits(metTable) },
  { page: 'docs/reference/planner.md', section: 'assumptions', text: async () => assumptionsTable() },
] as const;

/** It takes minutes; its test simulates each day in a process of its own, which is faster there. */
export const daysSection = {
  page: 'docs/reference/scaling.md',
  section: 'days',
  text: simulatedDays,
} as const;
