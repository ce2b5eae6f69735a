import { z } from 'zod';
import { AwsError, type JsonObject } from '../contracts.ts';
import type { History } from './store.ts';

const configuration = z.object({
  ResultConfiguration: z.object({ OutputLocation: z.string().optional() }).loose().optional(),
  EnforceWorkGroupConfiguration: z.boolean().optional(),
  BytesScannedCutoffPerQuery: z.number().optional(),
});

const stored = z.object({
  Name: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Description: z.string().default(''),
  CreationTime: z.number(),
  Configuration: configuration.loose().default({}),
});
export type WorkGroup = z.infer<typeof stored>;

const engineVersion = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' };

const required = (input: JsonObject, name: string): string => {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('InvalidRequestException', `${name} is required.`);
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{ResultConfigurationUpdates: {OutputLocation, RemoveOutputLocation}, …}` on what is there. */
const updated = (before: JsonObject, updates: JsonObject): JsonObject => {
  const {
    ResultConfigurationUpdates: results,
    RemoveBytesScannedCutoffPerQuery: uncapped,
    ...plain
  } = updates;
  const after: JsonObject = { ...before, ...plain };
  if (uncapped === true) delete after.BytesScannedCutoffPerQuery;
  if (!isObject(results)) return after;
  const old = isObject(before.ResultConfiguration) ? before.ResultConfiguration : {};
  const merged = Object.entries(results).filter(([name]) => !name.startsWith('Remove'));
  const removed = Object.keys(results)
    .filter((name) => name.startsWith('Remove'))
    .map((name) => name.slice('Remove'.length));
  const kept = Object.entries(old).filter(([name]) => !removed.includes(name));
  return { ...after, ResultConfiguration: Object.fromEntries([...kept, ...merged]) };
};

/** Workgroups: where results go and how much a query may scan. `primary` is always there. */
export class WorkGroups {
  readonly #history: History;
  readonly #now: () => number;

  constructor(history: History, now: () => number) {
    this.#history = history;
    this.#now = now;
    if (!history.workGroup('primary')) this.#put({ Name: 'primary', State: 'ENABLED' });
  }

  #put(body: JsonObject): void {
    this.#history.putWorkGroup(required(body, 'Name'), { CreationTime: this.#now() / 1000, ...body });
  }

  get(name: string): WorkGroup {
    const found = this.#history.workGroup(name);
    if (!found) throw new AwsError('InvalidRequestException', `WorkGroup ${name} is not found.`);
    return stored.parse(found);
  }

  create(input: JsonObject): void {
    const Name = required(input, 'Name');
    if (this.#history.workGroup(Name))
      throw new AwsError('InvalidRequestException', `WorkGroup ${Name} is already created`);
    const { Configuration = {}, Description = '' } = input;
    this.#put({ Name, Configuration, Description, State: 'ENABLED' });
  }

  update(input: JsonObject): void {
    const name = required(input, 'WorkGroup');
    const before = z.record(z.string(), z.json()).parse(this.get(name));
    const updates = isObject(input.ConfigurationUpdates) ? input.ConfigurationUpdates : {};
    const old = isObject(before.Configuration) ? before.Configuration : {};
    const changed: JsonObject = { ...before, Configuration: updated(old, updates) };
    for (const field of ['Description', 'State'])
      if (input[field] !== undefined) changed[field] = input[field];
    this.#put(changed);
  }

  remove(input: JsonObject): void {
    const name = required(input, 'WorkGroup');
    if (name === 'primary')
      throw new AwsError('InvalidRequestException', 'The primary workgroup cannot be deleted');
    this.get(name);
    this.#history.removeWorkGroup(name);
  }

  describe(name: string): JsonObject {
    const group = this.get(name);
    const plain = z.record(z.string(), z.json()).parse(group);
    return {
      ...plain,
      Configuration: {
        EnforceWorkGroupConfiguration: true,
        ...(isObject(plain.Configuration) ? plain.Configuration : {}),
        EngineVersion: engineVersion,
      },
    };
  }

  list(): JsonObject[] {
    return this.#history.workGroups().map((name) => {
      const { Name, State, Description, CreationTime } = this.get(name);
      return { Name, State, Description, CreationTime, EngineVersion: engineVersion };
    });
  }
}
