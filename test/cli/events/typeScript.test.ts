import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { typeScriptOf } from '../../../cli/events/typeScript.ts';
import { compiled } from '../../helpers/ownProject.ts';

const own = compiled({
  order_completed: `
description: An order */ was placed
columns:
  order_id: { type: string, description: Order }
  revenue: { type: 'decimal(12,2)', description: Revenue, from: [total.amount, revenue] }
  placed_at: { type: timestamp, description: When }
  page_url: { type: string, description: Page, from: [context.page.url, url] }
  anything: { type: json, description: Anything }
  tags: { type: array<string>, description: Tags }
  dashed: { type: boolean, description: Dashed, from: is-new }
  lines:
    type: array<struct>
    description: Lines
    fields:
      sku: { type: string, from: [product.sku, sku] }
      quantity: { type: bigint }
`,
  headrace: 'description: A type with the name of the union\n',
});

let folder = '';

beforeAll(() => {
  mkdirSync('.headrace', { recursive: true });
  folder = mkdtempSync(join(resolve('.headrace'), 'types-'));
  writeFileSync(join(folder, 'events.ts'), typeScriptOf(own));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What tsc says of a module that uses the types. */
const compile = (name: string, code: string): string => {
  const file = join(folder, name);
  writeFileSync(file, `import type { HeadraceEvent, OrderCompletedEvent } from './events.ts';\n${code}`);
  const options = ['--strict', '--noEmit', '--ignoreConfig', '--target', 'es2022', '--module', 'esnext'];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      'node_modules/typescript/bin/tsc',
      ...options,
      '--moduleResolution',
      'bundler',
      '--allowImportingTsExtensions',
      file,
    ],
    { encoding: 'utf8' },
  );
  return `${stdout}${stderr}`;
};

test('what may be sent compiles', () => {
  const code = `
const order: OrderCompletedEvent = {
  event_name: 'order_completed',
  event_id: 'a',
  event_time: new Date(0).toISOString(),
  user_id: null,
  properties: {
    order_id: '1001',
    total: { amount: 19.99, currency: 'EUR' },
    placed_at: 1793525400,
    anything: { at: ['all'] },
    tags: ['a', null],
    'is-new': true,
    lines: [{ product: { sku: 's' }, quantity: 2, colour: 'red' }],
    more: { of: 'its own' },
  },
  context: { page: { url: 'https://shop.example/' }, locale: 'ko-KR' },
};
const events: HeadraceEvent[] = [order, { event_name: 'headrace', properties: { any: 1 } }];
for (const event of events)
  if (event.event_name === 'order_completed') {
    const id: string | null | undefined = event.properties?.order_id;
    console.log(id);
  }
`;
  expect(compile('right.ts', code)).toBe('');
});

test('what contradicts a column, or is not a known event, does not compile', () => {
  const wrong = [
    "{ event_name: 'order_complete' }",
    "{ event_name: 'order_completed', properties: { order_id: 1001 } }",
    "{ event_name: 'order_completed', properties: { total: { amount: '19.99' } } }",
    "{ event_name: 'order_completed', properties: { placed_at: true } }",
    "{ event_name: 'order_completed', properties: { tags: [1] } }",
    "{ event_name: 'order_completed', properties: { 'is-new': 'yes' } }",
    "{ event_name: 'order_completed', properties: { lines: [{ quantity: '2' }] } }",
    "{ event_name: 'order_completed', context: { page: { url: 1 } } }",
    "{ event_name: 'order_completed', order_id: '1001' }",
    '{ properties: {} }',
  ];
  // Each must be an error: one that compiles is an error of its own then.
  const code = wrong
    .map((text, place) => `// @ts-expect-error\nexport const e${place}: HeadraceEvent = ${text};`)
    .join('\n');
  expect(compile('wrong.ts', `${code}\nexport type Used = OrderCompletedEvent;\n`)).toBe('');
});

test('tells the other places that a column is read from', () => {
  expect(typeScriptOf(own)).toContain('Also read from: `revenue`.');
});
