import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AwsError } from '../../contracts.ts';
import { objectArn } from '../../s3/permissions.ts';
import { type AthenaAction, type AthenaCore, parse, queryOf } from '../core.ts';
import { parseS3 } from '../location.ts';
import { columnInfo, parseCsv, type Row } from '../resultSet.ts';
import type { Execution } from '../store.ts';

const input = z.object({
  QueryExecutionId: z.string(),
  NextToken: z.string().optional(),
  MaxResults: z.int().min(1).max(1000).default(1000),
});

/** The last results that were paged through, so that a page does not cost the whole file again. */
const recent = new Map<string, readonly Row[]>();
const REMEMBERED = 4;

const locationOf = (query: Execution): string =>
  z.object({ OutputLocation: z.string() }).parse(query.shown.ResultConfiguration).OutputLocation;

const read = (core: AthenaCore, query: Execution): readonly Row[] => {
  const { bucket, key } = parseS3(locationOf(query));
  const object = core.objects.get(bucket, key);
  if (!object) {
    if (!query.tabular) return [];
    throw new AwsError(
      'InvalidRequestException',
      `Could not find results of query ${query.id} at s3://${bucket}/${key}`,
    );
  }
  const text = readFileSync(object.path, 'utf8');
  if (query.tabular) return parseCsv(text);
  return text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => [line]);
};

const rowsOf = (core: AthenaCore, query: Execution): readonly Row[] => {
  // Also when the rows are remembered: the caller may be another one.
  const { bucket, key } = parseS3(locationOf(query));
  core.permit?.({ action: 's3:GetObject', resource: objectArn(bucket, key) });
  const known = recent.get(query.id);
  if (known) return known;
  const rows = read(core, query);
  if (recent.size >= REMEMBERED) recent.delete(recent.keys().next().value ?? '');
  recent.set(query.id, rows);
  return rows;
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
  const rows = rowsOf(core, query);
  const start = Number(NextToken ?? 0);
  const end = Math.min(rows.length, start + MaxResults);
  const page = rows.slice(start, end).map((row) => ({
    Data: row.map((value) => (value === undefined ? {} : { VarCharValue: value })),
  }));
  return {
    UpdateCount: query.updateCount,
    ResultSet: { Rows: page, ResultSetMetadata: { ColumnInfo: query.columns.map(columnInfo) } },
    ...(end < rows.length ? { NextToken: String(end) } : {}),
  };
};

export const resultActions: Readonly<Record<string, AthenaAction>> = { GetQueryResults: getQueryResults };
