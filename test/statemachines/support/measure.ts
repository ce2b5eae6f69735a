import { scenariosOf } from '../scenarios.ts';
import { type Drill, drill, packagedMachines } from './machine.ts';
import { runDrill } from './run.ts';

export const kinds = ['states', 'transitions', 'retriers', 'catchers'] as const;

export type Kind = (typeof kinds)[number];

/** What the scenarios reached of one machine. */
export interface Measured {
  machine: string;
  scenarios: number;
  /** of each kind: how many there are, and how many of them some scenario reached */
  reached: Record<Kind, { of: number; reached: number; percent: number }>;
  percent: number;
  /** by name: `BuildPartitions/Build retry 2` */
  missing: string[];
  /** scenarios that ended otherwise than they should: what they reached proves nothing */
  astray: string[];
}

/** Rules and defaults of a Choice are transitions, too. */
export const kindOf = (point: string): Kind => {
  if (/ retry \d+$/.test(point)) return 'retriers';
  if (/ catch \d+ -> /.test(point)) return 'catchers';
  return point.includes(' -> ') ? 'transitions' : 'states';
};

/** Rounded down: 100 is all of it. */
const percent = (reached: number, of: number): number =>
  of === 0 ? 100 : Math.floor((reached / of) * 1000) / 10;

const share = (points: readonly string[], missing: ReadonlySet<string>) => {
  const reached = points.filter((point) => !missing.has(point)).length;
  return { of: points.length, reached, percent: percent(reached, points.length) };
};

const measureOne = async (one: Drill): Promise<Measured> => {
  const scenarios = scenariosOf(one);
  const astray: string[] = [];
  for (const scenario of scenarios) {
    const { status, error, cause } = await runDrill(one, scenario);
    const { ends } = scenario;
    if (status !== ends.status || error !== ends.error)
      astray.push(`${scenario.name}: ${status} ${error ?? ''} ${cause ?? ''}`.trim());
  }
  const { missing } = one.coverage.report();
  const absent = new Set(missing);
  const of = (kind: Kind) =>
    share(
      one.points.filter((point) => kindOf(point) === kind),
      absent,
    );
  return {
    machine: one.name,
    scenarios: scenarios.length,
    reached: {
      states: of('states'),
      transitions: of('transitions'),
      retriers: of('retriers'),
      catchers: of('catchers'),
    },
    percent: share(one.points, absent).percent,
    missing,
    astray,
  };
};

/** Runs every scenario of every machine; a machine without any has reached nothing. */
export const measure = async (): Promise<Measured[]> => {
  const measured: Measured[] = [];
  for (const [name, definition] of await packagedMachines()) {
    measured.push(await measureOne(drill(name, definition)));
  }
  return measured;
};

export const isWhole = ({ missing, astray }: Measured): boolean => missing.length + astray.length === 0;
