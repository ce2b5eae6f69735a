import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LoggingSpec } from '../../src/lambda/logLevels.ts';
import { type Fixture, runtimeWith } from './fixture.ts';

let fixture: Fixture;
afterEach(() => fixture.close());

describe('the log of a function', () => {
  const source = `const lines = [{ level: 'DEBUG' }, { level: 'INFO' }, { level: 'ERROR' }, { _aws: {} }];
    export const handler = async (event) => {
      for (const line of lines) console.log(JSON.stringify(line));
      if (event.fail) throw new Error('no');
      return process.env.AWS_LAMBDA_LOG_LEVEL;
    };`;
  const kept = async (logging: LoggingSpec) => {
    const heard: string[] = [];
    fixture = runtimeWith(source, { logging }, { onLine: (line) => heard.push(line) });
    const { value } = await fixture.call();
    await fixture.call({ fail: true });
    await fixture.runtime.close(0);
    const text = readFileSync(join(fixture.dir, 'logs', 'it.log'), 'utf8');
    const reports = text.match(/"status":"(success|error)"/g);
    return { value, heard: heard.slice(0, heard.length / 2), reports };
  };

  test('in JSON begins at its levels, and lines of metrics, which have none, count as INFO', async () => {
    expect(await kept({ format: 'JSON', application: 'WARN', system: 'WARN' })).toEqual({
      value: 'WARN',
      heard: ['{"level":"ERROR"}'],
      reports: ['"status":"error"'],
    });
    expect(await kept({ format: 'JSON', application: 'INFO', system: 'INFO' })).toEqual({
      value: 'INFO',
      heard: ['{"level":"INFO"}', '{"level":"ERROR"}', '{"_aws":{}}'],
      reports: ['"status":"success"', '"status":"error"'],
    });
  });

  test('is JSON lines: what it printed and a report of each call', async () => {
    fixture = runtimeWith(
      `export const handler = async () => { console.log('plain'); console.log(JSON.stringify({ level: 'INFO', n: 1 })); };`,
    );
    await fixture.call();
    await fixture.runtime.close(0);
    const lines = readFileSync(join(fixture.dir, 'logs', 'it.log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual({ timestamp: expect.any(String), message: 'plain' });
    expect(lines).toContainEqual({ level: 'INFO', n: 1 });
    expect(lines).toContainEqual(
      expect.objectContaining({
        type: 'platform.report',
        record: expect.objectContaining({ status: 'success' }),
      }),
    );
  });
});
