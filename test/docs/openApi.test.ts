import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { OPENAPI, openApiText } from '../../scripts/docs/openApi.ts';
import { clientFamilies } from '../../src/collect/routes.ts';
import { createFakeStream, protocols, send } from '../helpers/collector.ts';
import { describeShipped } from '../helpers/shipped.ts';

const made = JSON.parse(openApiText());
const routes = clientFamilies(new Set()).flatMap(({ routes: all }) => all.map(({ at }) => at));

describeShipped('the OpenAPI document', () => {
  test('is what the code says: after a change run npm run docs', () => {
    expect(readFileSync(OPENAPI, 'utf8')).toBe(openApiText());
  });
});

test('every path of the collector is in the OpenAPI document, and no other', () => {
  const documented = Object.entries(made.paths).flatMap(([path, methods]) =>
    Object.keys(Object(methods)).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual([...routes].sort());
});

test('every reference in it leads to a component', () => {
  const references = [...openApiText().matchAll(/"\$ref": "#\/components\/schemas\/([^"]+)"/g)];
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter(([, name = '']) => made.components.schemas[name] === undefined)).toEqual([]);
});

/** What each protocol answers to a body that it takes, to one that it cannot read, and to a stream that is busy. */
test.each([...protocols()])('the answers of %s are those of the document', async (at, protocol) => {
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: 'urn:headrace:all', components: made.components });
  const [method = '', path = ''] = at.split(' ');
  const { responses } = made.paths[path][method.toLowerCase()];
  const busy = createFakeStream((records) => records.map(() => 'InternalFailure'));
  const one = { data: [{}], batch: [{}], resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }] };
  const tries = [{ body: one }, { body: 'x' }, { key: null }, { body: one, stream: busy }];
  for (const { stream = createFakeStream(), ...parts } of tries) {
    const { status, body } = await send(protocol, parts, stream);
    const schema = responses[status]?.content?.['application/json']?.schema;
    expect(responses).toHaveProperty(String(status));
    if (schema === undefined) continue;
    const isValid = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"urn:headrace:all#/')));
    expect([isValid(body), isValid.errors]).toEqual([true, null]);
  }
});
