/** What `docs/reference/openapi.json` says of each kind of client: what it sends, and what it is answered. */

type Json = Readonly<Record<string, unknown>>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const jsonOf = (schema: Json): Json => ({ 'application/json': { schema } });

interface Said {
  description: string;
  content?: Json;
}

const said = (description: string, schema?: Json): Said =>
  schema === undefined ? { description } : { description, content: jsonOf(schema) };

const problems = (schema: Json): Readonly<Record<string, Said>> => ({
  400: said('The body cannot be read. Do not send it again as it is.', schema),
  401: said('The write key is missing, unknown or revoked.', schema),
  413: said('The body is too large (for API Gateway, too), or has too many events.', {
    anyOf: [schema, ref('Message')],
  }),
  415: said('A content type or an encoding that is not taken.', schema),
  429: said('Throttled by API Gateway. Send it again later.', ref('Message')),
  503: said('Not taken. Send it again after Retry-After seconds.', schema),
});

/** The collector itself answers neither 413 nor 415 to Snowplow's trackers: they would send the request again for good. */
const { 413: _tooLarge, 415: _otherType, ...ofSnowplow } = problems(ref('Error'));
const snowplowProblems = { ...ofSnowplow, 413: said('Too large for API Gateway.', ref('Message')) };

export interface Operation {
  summary: string;
  requestBody?: Json;
  parameters?: readonly Json[];
  responses: Readonly<Record<string, Said>>;
}

const results = {
  202: said('Every event is in the stream.', ref('Accepted')),
  207: said('A result for each event.', ref('Results')),
  422: said('Every event was rejected. They are in quarantine.', ref('Results')),
};

const body = (content: Json): Json => ({ required: true, content });
const object = { type: 'object' };

const attributes = ['specversion', 'id', 'source', 'type', 'time', 'subject', 'dataschema'];
const binaryMode = attributes.map((name) => ({
  name: `ce-${name}`,
  in: 'header',
  schema: { type: 'string' },
}));

const segmentTaken = {
  200: said('Taken, or rejected to quarantine.', ref('Success')),
  ...problems(ref('SegmentError')),
};
const segmentBatch: Operation = {
  summary: "A batch of Segment's messages",
  requestBody: body(jsonOf(ref('SegmentBatch'))),
  responses: segmentTaken,
};

/** The JSON that CloudEvents, in whatever mode, are answered by is that of the collector's own events. */
const cloudEventTypes: Json = {
  'application/cloudevents+json': { schema: ref('CloudEvent') },
  'application/cloudevents-batch+json': { schema: { type: 'array', items: ref('CloudEvent') } },
};

/** By the name of the family of clients; a family without an entry fails `npm run docs`. */
export const families: Readonly<Record<string, Operation>> = {
  native: {
    summary: 'Events as Headrace has them: one, an array, a batch, or lines of JSON. CloudEvents, too',
    requestBody: body({
      'application/json': {
        schema: {
          anyOf: [
            ref('headrace.batch'),
            { type: 'array', items: ref('headrace.envelope'), maxItems: 5000 },
            ref('headrace.envelope'),
          ],
        },
      },
      'application/x-ndjson': { schema: { type: 'string', description: 'One event a line' } },
      ...cloudEventTypes,
    }),
    responses: { ...results, ...problems(ref('Error')) },
  },
  CloudEvents: {
    summary: 'CloudEvents 1.0. In binary mode the attributes are headers (ce-id), and the body is the data',
    parameters: binaryMode,
    requestBody: body({ ...cloudEventTypes, 'application/json': { schema: true } }),
    responses: { ...results, ...problems(ref('Error')) },
  },
  Segment: {
    summary: "Segment's HTTP API: one message, or a batch of them",
    requestBody: body(jsonOf({ anyOf: [ref('SegmentMessage'), ref('SegmentBatch')] })),
    responses: segmentTaken,
  },
  RudderStack: {
    ...segmentBatch,
    summary: "RudderStack's beacon: a batch of Segment's messages, the write key in the URL",
    parameters: [{ name: 'writeKey', in: 'query', schema: { type: 'string' } }],
  },
  Snowplow: {
    summary: "Payloads of Snowplow's trackers (tp2)",
    requestBody: body(jsonOf(ref('PayloadData'))),
    responses: {
      200: {
        description: 'Taken, or rejected to quarantine.',
        content: { 'text/plain': { schema: { const: 'ok' } } },
      },
      ...snowplowProblems,
    },
  },
  OpenTelemetry: {
    summary: 'Logs of OTLP/HTTP in JSON; records with an event name are events',
    requestBody: body(jsonOf(ref('ExportLogs'))),
    responses: {
      200: said('Taken; rejected records are counted.', ref('LogsTaken')),
      ...problems(ref('Status')),
    },
  },
};

const lost = { 404: said('The write key cannot be one.', ref('Message')) };

/** Of paths at which something else is sent or answered than at the others of their family. */
export const paths: Readonly<Record<string, Operation>> = {
  'POST /v1/batch': segmentBatch,
  'POST /v1/b': segmentBatch,
  'POST /v1/import': segmentBatch,
  'GET /i': {
    summary: "Snowplow's pixel: one payload in the query. aid is the write key where no header has one",
    parameters: ['e', 'aid', 'eid', 'url', 'ue_px', 'cx'].map((name) => ({
      ...{ name, in: 'query', schema: { type: 'string' } },
    })),
    responses: {
      200: {
        description: 'Taken, or rejected to quarantine: an image of one pixel.',
        content: { 'image/gif': { schema: { type: 'string', contentEncoding: 'base64' } } },
      },
      ...snowplowProblems,
    },
  },
  'GET /v1/projects/{writeKey}/settings': {
    summary: "What Segment's libraries for browsers and phones load before they send",
    parameters: [{ name: 'writeKey', in: 'path', required: true, schema: { type: 'string', minLength: 1 } }],
    responses: { 200: said('Settings', object), ...lost },
  },
  'POST /v1/m': {
    summary: 'Counters of a library about itself: answered and forgotten',
    responses: { 200: said('Forgotten.', ref('Success')) },
  },
  'GET /sourceConfig': {
    summary: "What RudderStack's libraries load before they send",
    parameters: [{ name: 'writeKey', in: 'query', schema: { type: 'string' } }],
    responses: { 200: said('Settings', object), ...lost },
  },
};

const text = { type: 'string' };
const objectWith = (required: readonly string[], properties: Json): Json => ({
  ...object,
  required,
  properties,
});

export const schemas: Json = {
  Accepted: objectWith(['accepted'], { accepted: { type: 'integer', minimum: 0 } }),
  Results: objectWith(['accepted', 'refused', 'results'], {
    ...{ accepted: { type: 'integer' }, refused: { type: 'integer' } },
    results: {
      type: 'array',
      items: objectWith(['index', 'status'], {
        ...{ index: { type: 'integer' }, status: { enum: [202, 422, 503] } },
        ...{ event_id: text, reason: text, detail: text, retry: { const: true } },
      }),
    },
  }),
  Error: objectWith(['error'], { error: objectWith(['code', 'message'], { code: text, message: text }) }),
  SegmentError: objectWith(['code', 'message', 'error'], { code: text, message: text, error: object }),
  Message: objectWith(['message'], { message: text }),
  Success: objectWith(['success'], { success: { const: true } }),
  CloudEvent: objectWith(['specversion', 'id', 'source', 'type'], {
    ...{ specversion: { const: '1.0' }, id: { ...text, minLength: 1 }, source: { ...text, minLength: 1 } },
    ...{ type: { ...text, minLength: 1, maxLength: 128 }, time: { ...text, format: 'date-time' } },
    ...{ subject: text, dataschema: text, datacontenttype: text, data: true, data_base64: text },
    ...{ userid: text, anonymousid: text, sessionid: text },
  }),
  SegmentMessage: objectWith([], {
    ...{ type: text, event: text, messageId: text, userId: text, anonymousId: text, writeKey: text },
    ...{ timestamp: { ...text, format: 'date-time' }, sentAt: { ...text, format: 'date-time' } },
    ...{ properties: object, traits: object, context: object },
  }),
  SegmentBatch: objectWith(['batch'], {
    batch: { type: 'array', items: ref('SegmentMessage'), maxItems: 5000 },
    ...{ sentAt: { ...text, format: 'date-time' }, context: object, writeKey: text },
  }),
  PayloadData: objectWith(['data'], {
    schema: text,
    data: { type: 'array', items: { ...object, additionalProperties: text } },
  }),
  ExportLogs: objectWith([], {
    resourceLogs: {
      type: 'array',
      items: objectWith([], {
        resource: object,
        scopeLogs: {
          type: 'array',
          items: objectWith([], { scope: object, logRecords: { type: 'array', items: ref('LogRecord') } }),
        },
      }),
    },
  }),
  LogRecord: objectWith([], {
    ...{ eventName: text, timeUnixNano: { ...text, pattern: '^\\d{1,19}$' }, severityText: text },
    ...{
      body: object,
      attributes: { type: 'array', items: objectWith(['key'], { key: text, value: object }) },
    },
  }),
  LogsTaken: objectWith([], {
    partialSuccess: objectWith(['rejectedLogRecords', 'errorMessage'], {
      rejectedLogRecords: { ...text, pattern: '^\\d+$' },
      errorMessage: text,
    }),
  }),
  Status: objectWith(['code', 'message'], { code: { type: 'integer' }, message: text }),
};
