import { readFileSync, writeFileSync } from 'node:fs';
import { schemaOfAll } from '../../cli/events/jsonSchema.ts';
import { type CompiledEvents, compileEventsOf } from '../../compiler/events/compile.ts';
import { projectFolder } from '../../compiler/folder.ts';
import { clientFamilies } from '../../src/collect/routes.ts';
import { families, type Operation, paths, schemas } from './openApiParts.ts';

/** The document of the collector, written by `npm run docs`. */
export const OPENAPI = 'docs/reference/openapi.json';

/** The schemas of events stand among the components here; their names have a prefix that no event type can have. */
const asComponents = (schema: unknown): object =>
  JSON.parse(
    JSON.stringify(schema)
      .replaceAll('"#/$defs/headrace.', '"#/components/schemas/headrace.')
      .replaceAll('"#/$defs/event"', '"#/components/schemas/headrace.envelope"')
      .replaceAll('"#/$defs/', '"#/components/schemas/headrace.'),
  );

const eventSchemas = (events: Pick<CompiledEvents, 'eventTypes' | 'columns'>): object => {
  const request = JSON.parse(readFileSync('docs/reference/request.schema.json', 'utf8'));
  const { $defs, oneOf } = Object(schemaOfAll(events));
  const named = Object.entries(Object($defs)).map(([name, schema]) => [
    name.startsWith('headrace.') ? name : `headrace.${name}`,
    asComponents(schema),
  ]);
  return {
    ...Object.fromEntries(named),
    'headrace.batch': asComponents(request.$defs.batch),
    'headrace.known': { description: 'An event of a known type', ...asComponents({ oneOf }) },
  };
};

const operationOf = (family: string, at: string): Operation => {
  const operation = paths[at] ?? families[family];
  if (operation === undefined) throw new Error(`scripts/docs/openApiParts.ts says nothing of ${family}.`);
  return operation;
};

const operations = (): [path: string, method: string, operation: object][] =>
  clientFamilies(new Set()).flatMap(({ name, routes }) =>
    routes.map(({ at, takes }): [string, string, object] => {
      const [method = '', path = ''] = at.split(' ');
      const open = 'page' in takes ? { security: [] } : {};
      return [path, method.toLowerCase(), { tags: [name], ...operationOf(name, at), ...open }];
    }),
  );

/** An OpenAPI 3.1 document of every path of the collector, from its protocols and from the event types. */
const openApi = (events: Pick<CompiledEvents, 'eventTypes' | 'columns'>): object => {
  const byPath: Record<string, Record<string, object>> = {};
  for (const [path, method, operation] of operations())
    byPath[path] = { ...byPath[path], [method]: operation };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Headrace collector',
      version: '1',
      description:
        'Takes events in. Guide: docs/guides/sending.md. Limits and answers: docs/reference/collector.md.',
    },
    servers: [{ url: '{collector}', variables: { collector: { default: 'http://127.0.0.1:4566' } } }],
    security: [{ header: [] }, { basic: [] }, { bearer: [] }],
    paths: byPath,
    components: {
      securitySchemes: {
        header: { type: 'apiKey', in: 'header', name: 'x-write-key' },
        basic: {
          type: 'http',
          scheme: 'basic',
          description: 'The write key as user name, without a password.',
        },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: { ...schemas, ...eventSchemas(events) },
    },
  };
};

export const openApiText = (): string =>
  `${JSON.stringify(openApi(compileEventsOf(projectFolder())), null, 2)}\n`;

export const writeOpenApi = (): void => writeFileSync(OPENAPI, openApiText());
