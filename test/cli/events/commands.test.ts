import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { events } from '../../../cli/commands/events.ts';
import { newCommand } from '../../../cli/commands/new.ts';

const folders: string[] = [];
let project = '';
let said: string[] = [];
const before = { project: process.env.HEADRACE_PROJECT, ci: process.env.CI };

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'events-'));
  mkdirSync(join(project, 'events'));
  folders.push(project);
  said = [];
  process.env.HEADRACE_PROJECT = project;
  delete process.env.CI;
});
afterEach(() => {
  for (const [name, value] of [
    ['HEADRACE_PROJECT', before.project],
    ['CI', before.ci],
  ] as const)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
};
const read = (file: string): string => readFileSync(join(project, file), 'utf8');

const raise = (): never => {
  throw new Error('not asked for');
};

const say = (line = ''): void => {
  said.push(line);
};

const run = (positionals: string[], given: Readonly<Record<string, string | boolean>> = {}) => {
  const command = positionals[0] === 'new' ? newCommand : events;
  return command.run({
    stage: 'local',
    json: true,
    positionals: positionals[0] === 'new' ? positionals.slice(1) : positionals,
    signal: new AbortController().signal,
    screen: { say, heading: say, warn: say, table: () => {}, progress: raise },
    option: (name) => (typeof given[name] === 'string' ? given[name] : undefined),
    options: () => [],
    flag: (name) => given[name] === true,
  });
};

const THING = `
description: A thing moved
columns:
  thing_id: { type: string, description: The thing }
  weight: { type: double, description: Kilograms }
`;

describe('events check', () => {
  test('says what is there, and writes the lock once', async () => {
    write('events/thing_moved.yml', THING);
    const { ok, document } = await run(['check']);
    expect({ ok, document }).toEqual({
      ok: true,
      document: {
        eventTypes: [{ name: 'thing_moved', view: 'thing_moved', columns: 2 }],
        columns: 2,
        added: ['thing_id', 'weight'],
        newTypes: ['thing_moved'],
        lockWritten: true,
        faults: [],
      },
    });
    expect(said).toContain('New columns: thing_id, weight.');
    expect(JSON.parse(read('events/columns.lock.json')).columns).toHaveLength(2);
    expect((await run(['check'])).document).toMatchObject({ added: [], newTypes: [], lockWritten: false });
  });

  test('answers with all faults, each with file and line, and writes nothing', async () => {
    write('events/thing_moved.yml', THING.replace('double', 'dubble'));
    write('events/order.yml', 'description: An order\n');
    const { ok, document } = await run(['check']);
    expect({ ok, document }).toMatchObject({
      ok: false,
      document: {
        faults: [
          { file: 'events/order.yml', says: expect.stringContaining('reserved word') },
          {
            file: 'events/thing_moved.yml',
            line: 5,
            says: expect.stringContaining('Did you mean "double"?'),
          },
        ],
      },
    });
    expect(said.join('\n')).toContain('events/thing_moved.yml:5: columns.weight.type');
    expect(existsSync(join(project, 'events/columns.lock.json'))).toBe(false);
  });

  test.each([['--frozen'], ['CI']])('with %s fails where the lock lacks a column', async (how) => {
    write('events/thing_moved.yml', THING);
    if (how === 'CI') process.env.CI = 'true';
    const { ok, document } = await run(['check'], { frozen: how === '--frozen' });
    expect({ ok, document }).toMatchObject({
      ok: false,
      document: { faults: [{ file: 'events/columns.lock.json' }] },
    });
    expect(existsSync(join(project, 'events/columns.lock.json'))).toBe(false);
  });
});

describe('events types, schema and docs', () => {
  beforeEach(() => write('events/thing_moved.yml', THING));
  const out = (name: string): { out: string } => ({ out: join(project, name) });

  test('go into the file that --out names', async () => {
    await run(['types'], out('made/events.ts'));
    await run(['docs'], out('made/events.md'));
    await run(['schema'], out('made/events.json'));
    expect(read('made/events.ts')).toContain('export type ThingMovedEvent');
    expect(read('made/events.md')).toContain('| `weight` | `double` | `weight` | Kilograms. |');
    expect(JSON.parse(read('made/events.json'))).toMatchObject({ oneOf: [{ $ref: '#/$defs/thing_moved' }] });
  });

  test('a schema of each event type goes into a folder', async () => {
    write('events/other.yml', 'description: Another\n');
    await run(['schema'], out('schemas'));
    expect(JSON.parse(read('schemas/thing_moved.schema.json')).title).toBe('thing_moved');
    expect(JSON.parse(read('schemas/other.schema.json')).title).toBe('other');
  });

  test('a document holds the same where nothing is written', async () => {
    expect((await run(['schema', 'thing_moved'])).document).toMatchObject({ title: 'thing_moved' });
    expect((await run(['docs'])).document).toMatchObject({
      markdown: expect.stringContaining('### thing_moved'),
    });
  });

  test.each([
    [['schema', 'thing_move'], {}, 'is not an event type of events/. Did you mean "thing_moved"?'],
    [['schema'], { out: 'schema.yaml' }, '--out: "schema.yaml" must end in .json'],
    [['typse'], {}, '"typse" is not a form of headrace events.'],
    [['typs'], {}, 'Did you mean "types"?'],
    [['constructor'], {}, '"constructor" is not a form of headrace events.'],
    [['types'], { frozen: true }, 'events types has no option --frozen'],
    [['types', 'x'], {}, 'events types: "x" is one argument too many'],
    [['infer'], {}, 'events infer takes the name of events'],
    [['infer', 'thing_moved'], {}, 'events/thing_moved.yml describes "thing_moved" already'],
    [['infer', 'x'], { from: '2026-11-01' }, '--from and --to go together'],
    [['infer', 'x'], { from: '2026-11-01', to: '2026-12-31' }, '61 days, and 31 are the most'],
    [['infer', 'x'], { from: '2026-11-02', to: '2026-11-01' }, 'must not be after'],
    [['infer', 'x'], { from: '2026-11-31', to: '2026-12-01' }, '--from: "2026-11-31" is not a day'],
    [['infer', 'x'], { events: '0' }, '--events: "0" is not a whole number from 1'],
    [['infer', 'x'], { file: 'none.ndjson' }, 'Cannot read none.ndjson'],
  ])('%j with %j is answered with what is wrong', async (positionals, given, message) => {
    await expect(run(positionals, given)).rejects.toThrow(message);
  });

  test('no form shows the help', async () => {
    expect((await run([])).ok).toBe(true);
    expect(said.join('\n')).toContain('infer EVENT_NAME');
  });
});

describe('new event', () => {
  test('writes a file that passes the check, also beside columns that are called alike', async () => {
    write(
      'events/other.yml',
      'description: Another\ncolumns:\n  cart_id: { type: bigint, description: Cart }\n',
    );
    await run(['new', 'event', 'cart']);
    expect(said.join('\n')).toContain('edit events/cart.yml');
    expect((await run(['check'])).document).toMatchObject({
      added: ['cart_id_2', 'cart_amount', 'cart_page', 'cart_id'],
    });
  });

  test.each([
    ['Order Placed', 'is not a name'],
    ['../x', 'is not a name'],
    ['OrderPlaced', 'order_placed'],
    ['order', 'reserved word'],
    ['events', 'there is a table "events"'],
    ['other', 'events/other.yml is there already'],
    ['x'.repeat(64), 'at most 63 characters'],
  ])('refuses %s and leaves no file', async (name, message) => {
    write('events/other.yml', 'description: Another\n');
    await expect(run(['new', 'event', name])).rejects.toThrow(message);
    expect(read('events/other.yml')).toBe('description: Another\n');
    expect(existsSync(join(project, `events/${name}.yml`))).toBe(name === 'other');
  });
});

test('infer reads a file and writes a proposal that passes the check', async () => {
  const lines = ['{"event_name":"Theme Changed","properties":{"theme":"dark"}}', '{"event_name":"other"}'];
  write('sent.ndjson', lines.join('\n'));
  const out = join(project, 'events/theme_changed.yml');
  const given = { file: join(project, 'sent.ndjson'), out };
  expect(await run(['infer', 'Theme Changed'], given)).toMatchObject({
    ok: true,
    document: { events: 1, columns: 1, faults: [], out },
  });
  expect((await run(['check'])).document).toMatchObject({
    added: ['theme'],
    eventTypes: [{ name: 'Theme Changed' }],
  });
  await expect(run(['infer', 'other'], given)).rejects.toThrow('is there already');
});
