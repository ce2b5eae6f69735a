import type { EtlScenario } from './etlCourse.ts';
import type { EtlWorld } from './etlWorld.ts';
import { type Drill, drill, packagedMachines } from './machine.ts';
import { type Ran, type Run, runDrill } from './run.ts';

export interface Watched extends Ran {
  effects: readonly string[];
  crawls: EtlWorld['crawls'];
  /** names of the states entered outside of Maps, in order */
  main: string[];
  /** the inputs that a state's task was called with */
  inputs(state: string): unknown[];
}

export const etlDrill = async (): Promise<Drill> => drill('etl', (await packagedMachines()).get('etl'));

/** Runs a scenario of etl, and shows what it did to the lake and the ledger as well. */
export const watch = async (
  etl: Drill,
  scenario: EtlScenario,
  changes: Pick<Run, 'random'> = {},
): Promise<Watched> => {
  let world: EtlWorld | undefined;
  const ran = await runDrill(etl, {
    ...scenario,
    ...changes,
    world: (clock) => {
      world = scenario.world(clock);
      return world;
    },
  });
  const inner = new Set(
    etl.points.filter((point) => /^[^ ]+\/[^ ]+$/.test(point)).map((point) => point.replace(/^.*\//, '')),
  );
  return {
    ...ran,
    effects: world?.effects.list ?? [],
    crawls: world?.crawls ?? [],
    main: ran.entered.filter((name) => !inner.has(name)),
    inputs: (state) => ran.attempts.filter((one) => one.state === state).map(({ input }) => input),
  };
};
