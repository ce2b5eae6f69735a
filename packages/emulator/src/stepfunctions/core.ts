import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Problem, TaskRunner } from 'headrace-asl';
import { compileMachine, type Machine } from 'headrace-asl';
import type { z } from 'zod';
import { AwsError, type JsonObject, type Measure, type Timer } from '../contracts.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import { Executions } from './executions.ts';
import { Journal } from './journal.ts';
import { Machines } from './machines.ts';
import { Redrives } from './redrives.ts';
import { createTables } from './store.ts';
import type { MachineRow } from './types.ts';

export interface StepFunctionsOptions {
  /** the emulator's database; tables `sfn_…` */
  store: DatabaseSync;
  timer: Timer;
  /** What Task states call: see createIntegrations. */
  tasks: TaskRunner;
  account: string;
  region: string;
  measure?: Measure;
  /** Names of executions and ids of Map Runs; random by default. */
  uuid?: () => string;
}

/** What the actions work on. */
export class Core {
  readonly machines: Machines;
  readonly executions: Executions;
  readonly journal: Journal;
  readonly redrives: Redrives;
  readonly options: StepFunctionsOptions & Required<Pick<StepFunctionsOptions, 'uuid'>>;
  readonly #compiled = new Map<string, Machine>();

  constructor(options: StepFunctionsOptions) {
    createTables(options.store);
    this.options = { uuid: randomUUID, ...options };
    this.machines = new Machines(options.store);
    this.executions = new Executions(options.store);
    this.journal = new Journal(options.store);
    this.redrives = new Redrives(options.store);
  }

  now(): number {
    return this.options.timer.now();
  }

  machineArn(name: string): string {
    return `arn:aws:states:${this.options.region}:${this.options.account}:stateMachine:${name}`;
  }

  /** Throws AwsError('InvalidDefinition') with everything that is wrong, each with its place. */
  check(definition: string): Machine {
    const { machine, problems } = compileMachine(definition, this.options.tasks);
    if (machine !== undefined) return machine;
    const all = problems.map(describe).join('; ');
    throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${all}'`);
  }

  /** The machine ready to run; each definition is compiled once. */
  compiledMachine({ definition }: MachineRow): Machine {
    const known = this.#compiled.get(definition);
    if (known !== undefined) return known;
    const machine = this.check(definition);
    this.#compiled.set(definition, machine);
    return machine;
  }
}

const describe = ({ code, location, message }: Problem): string =>
  `${code}: ${message}${location === '' ? '' : ` at ${location}`}`;

export type Action = (core: Core, input: JsonObject) => JsonObject;

export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'ValidationException');

const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** AWS's rule for the names of machines and executions. Throws AwsError('InvalidName'). */
export const checkName = (name: string): string => {
  if (name.length < 1 || name.length > 80 || forbidden.test(name)) {
    throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  }
  return name;
};

/** Throws AwsError('InvalidArn') for a text that is not an ARN of that kind. */
export const checkArn = (arn: string, kind: 'stateMachine' | 'execution'): string => {
  if (!arn.startsWith('arn:') || arn.split(':')[5] !== kind) {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${arn}'`);
  }
  return arn;
};

/** maxResults of the API: 0 or none is the default. Throws AwsError beyond 1000. */
export const pageSize = (maxResults: number | undefined): number => {
  if (maxResults === undefined || maxResults === 0) return 100;
  if (maxResults > 1000)
    throw outOfBounds(String(maxResults), 'maxResults', 'value less than or equal to 1000');
  return maxResults;
};

const outOfBounds = (value: string, member: string, constraint: string): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have ${constraint}`,
  );

const longestToken = 3096;

/** A page token is the place to go on from. Throws AwsError('InvalidToken'). */
export const placeOf = (token: string | undefined, first: number): number => {
  if (token === undefined) return first;
  if (token.length > longestToken)
    throw outOfBounds(token, 'nextToken', `length less than or equal to ${longestToken}`);
  const place = Number(token);
  if (!Number.isSafeInteger(place)) throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
  return place;
};

export const seconds = (ms: number): number => ms / 1000;
