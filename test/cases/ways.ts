import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { AthenaEmulator } from 'headrace-emulator/testing';
import type { StageAccess } from '../../client/access.ts';
import { followExecution } from '../../client/executions.ts';
import { MACHINES, type RunningStage } from '../helpers/commandLine.ts';

/** What the files go into: a stage that runs, and an Athena by itself. */
export interface Into {
  stage: RunningStage;
  access: StageAccess;
  athena: AthenaEmulator;
  /** of this file on this way alone: by it the tables tell its rows */
  source: string;
  writeKey: string;
}

/** How a file goes in. What is answered is part of what is right. */
export interface Way {
  how: string;
  goIn(file: string, into: Into): Promise<object>;
}

const pathOf = (file: string): string => join('test/fixtures/cases', file);

export const textOf = (file: string): string => readFileSync(pathOf(file), 'utf8');

export const linesOf = (file: string): string[] => textOf(file).trimEnd().split('\n');

const answerOf = async (response: Response): Promise<object> => {
  const body: unknown = await response.json();
  return { status: response.status, body };
};

export const posted = (path = '/v1/events', type = 'application/x-ndjson'): Way => ({
  how: `posted to ${path}`,
  goIn: async (file, { stage, writeKey }) => {
    const headers = { 'content-type': type };
    return answerOf(await stage.post(readFileSync(pathOf(file)), { path, key: writeKey, headers }));
  },
});

/** A web page may set no header that would have to be asked for first: the write key stands in the body. */
export const byABrowser = (path: string, bodyOf = (call: string) => call): Way => ({
  how: `posted to ${path} as browsers do`,
  goIn: async (file, { stage, writeKey }) => {
    const body = bodyOf(textOf(file).replace('KEY', writeKey)).replace('KEY', writeKey);
    const headers = { 'content-type': 'text/plain' };
    return answerOf(await fetch(`${stage.collector}${path}`, { method: 'POST', headers, body }));
  },
});

const send = async (file: string, options: readonly string[], { stage, writeKey }: Into): Promise<object> => {
  const collector = ['--url', stage.collector, '--key', writeKey];
  const { code, document } = await stage.command('send', pathOf(file), ...options, ...collector);
  const { accepted, refused } = document;
  return { code, accepted, refused };
};

export const sent = (...options: string[]): Way => ({
  how: ['headrace send', ...options].join(' '),
  goIn: (file, into) => send(file, options, into),
});

export const sentTwice = (...options: string[]): Way => ({
  how: ['headrace send twice', ...options].join(' '),
  goIn: async (file, into) => ({
    once: await send(file, options, into),
    again: await send(file, options, into),
  }),
});

export const imported = (...options: string[]): Way => ({
  how: ['headrace import', ...options].join(' '),
  goIn: async (file, { stage, source }) => {
    const { code, document } = await stage.command(
      ...['import', pathOf(file), ...options, '--source', source, '--yes'],
    );
    const { state, events, rejected } = document;
    return { code, state, events, rejected };
  },
});

export const inputOfARun: Way = {
  how: 'as the input of the state machine etl',
  goIn: async (file, { access }) => {
    const started = await access.sfn.send(
      new StartExecutionCommand({ stateMachineArn: `${MACHINES}-etl`, input: textOf(file) }),
    );
    return followExecution(access, started.executionArn ?? '', () => undefined);
  },
};

/** The columns as somebody declares them who writes everything small. */
export const readByTheSerDe = (serde: string): Way => ({
  how: `read by ${serde}`,
  goIn: async (file, { athena, source }) => {
    const table = source.replaceAll(/\W/g, '_');
    athena.objects.put('lake', `${table}/${file}`, readFileSync(pathOf(file)));
    const columns = 'userid string, eventname string, detail struct<orderid:string>, ts string';
    await athena.rows(
      `CREATE EXTERNAL TABLE ${table} (${columns}) ROW FORMAT SERDE '${serde}' LOCATION 's3://lake/${table}/'`,
    );
    const [, ...rows] = await athena.rows(`SELECT userid, eventname, detail.orderid, ts FROM ${table}`);
    return { rows };
  },
});

const shown = (cell: string | undefined): string => (cell === '' ? '(empty)' : (cell ?? 'NULL'));

/** The cell that Athena answers, or the name of its error. */
const cellOf = async (sql: string, athena: AthenaEmulator): Promise<string> => {
  const reason = await athena.reason(sql);
  if (!reason.startsWith('SUCCEEDED')) return reason.split(/[ :]/)[1] ?? '';
  const [, row] = await athena.rows(sql);
  return shown(row?.[0]);
};

export const askedOfAthena: Way = {
  how: 'each line asked of Athena',
  goIn: async (file, { athena }) => {
    const values: Record<string, string> = {};
    for (const line of linesOf(file)) {
      const { sql }: { sql: string } = JSON.parse(line);
      values[sql] = await cellOf(sql, athena);
    }
    return values;
  },
};
