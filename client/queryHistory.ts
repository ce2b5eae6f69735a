import {
  BatchGetQueryExecutionCommand,
  ListQueryExecutionsCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import type { StageAccess } from './access.ts';

/** A query that was asked before. Athena keeps them for 45 days. */
export interface AskedQuery {
  id: string;
  sql: string;
  at: Date;
  state: string;
  bytesScanned: number;
}

const PAGE = 50; // the most that BatchGetQueryExecution takes

const askedOf = ({ QueryExecutionId, Query, Status, Statistics }: QueryExecution): AskedQuery => ({
  id: QueryExecutionId ?? '',
  sql: (Query ?? '').trim(),
  at: Status?.SubmissionDateTime ?? new Date(0),
  state: Status?.State ?? '',
  bytesScanned: Statistics?.DataScannedInBytes ?? 0,
});

/** The last queries of the stage's workgroup, whoever asked them, newest first. */
export const askedBefore = async (
  { athena, workgroup }: StageAccess,
  most: number,
): Promise<AskedQuery[]> => {
  const asked: AskedQuery[] = [];
  let token: string | undefined;
  do {
    const page: { QueryExecutionIds?: string[] | undefined; NextToken?: string | undefined } =
      await athena.send(
        new ListQueryExecutionsCommand({
          WorkGroup: workgroup,
          MaxResults: Math.min(PAGE, most - asked.length),
          ...(token ? { NextToken: token } : {}),
        }),
      );
    const { QueryExecutionIds: ids = [] } = page;
    if (ids.length > 0) {
      const found = await athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds: ids }));
      asked.push(...(found.QueryExecutions ?? []).map(askedOf));
    }
    token = page.NextToken;
  } while (token && asked.length < most);
  return asked.sort((a, b) => b.at.getTime() - a.at.getTime());
};
