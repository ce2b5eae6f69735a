import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AwsError } from '../../contracts.ts';
import { objectArn } from '../../s3/permissions.ts';
import { type AthenaAction, type AthenaCore, parse, queryOf } from '../core.ts';
import { parseS3 } from '../location.ts';
import { columnInfo, type Row } from '../resultSet.ts';
import type { Execution } from '../store.ts';
import { readPage } from './resultPages.ts';

const input = z.object({
  QueryExecutionId: z.string(),
  NextToken: z.string().optional(),
  MaxResults: z.int().min(1).max(1000).default(1000),
});

const locationOf = (query: Execution): string =>
  z.object({ OutputLocation: z.string() }).parse(query.shown.ResultConfiguration).OutputLocation;

interface Page {
  rows: readonly Row[];
  next: number | undefined;
}

/** Of a statement about the catalog: its lines. */
const linesOf = (path: string, start: number, limit: number): Page => {
  const text = readFileSync(path, 'utf8').replace(/\n$/, '');
  const lines = text === '' ? [] : text.split('\n');
  const end = start + limit;
  return {
    rows: lines.slice(start, end).map((line) => [line]),
    next: end < lines.length ? end : undefined,
  };
};

const pageOf = (core: AthenaCore, query: Execution, start: number, limit: number): Page => {
  const { bucket, key } = parseS3(locationOf(query));
  core.permit?.({ action: 's3:GetObject', resource: objectArn(bucket, key) });
  const object = core.objects.get(bucket, key);
  if (object) return query.tabular ? readPage(object.path, start, limit) : linesOf(object.path, start, limit);
  if (!query.tabular) return { rows: [], next: undefined };
  throw new AwsError(
    'InvalidRequestException',
    `Could not find results of query ${query.id} at s3://${bucket}/${key}`,
  );
};

/** A page of the result. The first row of a SELECT is the header, as on AWS. */
export const getQueryResults: AthenaAction = (core, raw) => {
  const { QueryExecutionId, NextToken, MaxResults } = parse(input, raw);
  const query = queryOf(core, QueryExecutionId);
  if (query.state !== 'SUCCEEDED') {
    const why =
      query.state === 'QUEUED' || query.state === 'RUNNING'
        ? 'Query has not yet finished'
        : 'Query did not finish successfully';
    throw new AwsError(
      'InvalidRequestException',
      `${why}. Final query state: ${query.state}`.replace(
        'yet finished. Final query state',
        'yet finished. Current state',
      ),
    );
  }
  const start = Number(NextToken ?? 0);
  if (!Number.isSafeInteger(start) || start < 0)
    throw new AwsError('InvalidRequestException', `NextToken "${NextToken}" is not one of this query`);
  const { rows, next } = pageOf(core, query, start, MaxResults);
  const page = rows.map((row) => ({
    Data: row.map((value) => (value === undefined ? {} : { VarCharValue: value })),
  }));
  return {
    UpdateCount: query.updateCount,
    ResultSet: { Rows: page, ResultSetMetadata: { ColumnInfo: query.columns.map(columnInfo) } },
    ...(next === undefined ? {} : { NextToken: String(next) }),
  };
};

export const resultActions: Readonly<Record<string, AthenaAction>> = { GetQueryResults: getQueryResults };
