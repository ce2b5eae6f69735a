import { madeOnce } from '../../helpers/made.ts';
import type { EtlScenario } from './etlCourse.ts';
import type { EtlDependencies } from './etlDependencies.ts';
import { type Drill, drill, packagedMachines } from './machine.ts';
import { type Ran, type Run, runDrill } from './run.ts';

export interface Watched extends Ran {
  effects: readonly string[];
  crawls: EtlDependencies['crawls'];
  /** names of the states entered outside of Maps, in order */
  main: string[];
  /** the inputs that a state's task was called with */
  inputs(state: string): unknown[];
}

/** The machine etl, for all tests of a file. */
export const onceEtlDrill = (): Drill =>
  madeOnce(async () => drill('etl', (await packagedMachines()).get('etl')), undefined, 600_000);

/** Runs a scenario of etl, and shows what it did to the lake and the ledger as well. */
export const watch = async (
  etl: Drill,
  scenario: EtlScenario,
  changes: Pick<Run, 'random'> = {},
): Promise<Watched> => {
  let dependencies: EtlDependencies | undefined;
  const ran = await runDrill(etl, {
    ...scenario,
    ...changes,
    dependencies: (clock) => {
      dependencies = scenario.dependencies(clock);
      return dependencies;
    },
  });
  const inner = new Set(
    etl.points.filter((point) => /^[^ ]+\/[^ ]+$/.test(point)).map((point) => point.replace(/^.*\//, '')),
  );
  return {
    ...ran,
    effects: dependencies?.effects.list ?? [],
    crawls: dependencies?.crawls ?? [],
    main: ran.entered.filter((name) => !inner.has(name)),
    inputs: (state) => ran.attempts.filter((one) => one.state === state).map(({ input }) => input),
  };
};
