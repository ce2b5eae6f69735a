import type { Logger } from '@aws-lambda-powertools/logger';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';

const environment = {
  POWERTOOLS_SERVICE_NAME: 'collect',
  POWERTOOLS_LOG_LEVEL: 'WARN',
  AWS_LAMBDA_LOG_LEVEL: 'TRACE',
  _X_AMZN_TRACE_ID: '',
};
const printed: string[] = [];
let logger: Logger;

beforeAll(async () => {
  Object.assign(process.env, environment);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  logger = (await import('../../src/lambda/log.ts')).logger();
});

afterAll(() => {
  for (const name of Object.keys(environment)) delete process.env[name];
  jest.restoreAllMocks();
});

beforeEach(() => {
  printed.length = 0;
});

const lines = () => printed.map((text) => JSON.parse(text));

test('logLevel decides what is written, not the level that Lambda lets through', () => {
  logger.debug('no');
  logger.info('no');
  logger.warn('yes');
  expect(lines()).toMatchObject([{ message: 'yes' }]);
  expect(process.env.AWS_LAMBDA_LOG_LEVEL).toBe('TRACE');
});

test('a line begins with what somebody can use, and no more', () => {
  logger.warn('told', { n: 1 });
  expect(lines()).toEqual([
    { level: 'WARN', message: 'told', timestamp: expect.any(String), service: 'collect', n: 1 },
  ]);
});

test.each([
  ['Root=1-6b0e92ef-dc4ba61812e11fafaf33cc28;Parent=53995c3f42cd8ad8;Sampled=0', undefined],
  [
    'Root=1-6b0e92ef-dc4ba61812e11fafaf33cc28;Parent=53995c3f42cd8ad8;Sampled=1',
    '1-6b0e92ef-dc4ba61812e11fafaf33cc28',
  ],
])('the trace %s stands in a line if X-Ray keeps it', (trace, id) => {
  process.env._X_AMZN_TRACE_ID = trace;
  logger.warn('told');
  expect(lines()[0].xray_trace_id).toBe(id);
});

test('an error keeps its name, message and stack', () => {
  logger.error('failed', { error: new RangeError('too far') });
  expect(lines()).toMatchObject([
    { level: 'ERROR', error: { name: 'RangeError', message: 'too far', stack: expect.any(String) } },
  ]);
});
