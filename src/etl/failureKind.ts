/**
 * What kind of thing failed, as the alarms tell it: `checks` found rows that should not be there; `cutOff`, a query, or
 * all queries of a run, that would have scanned too much; `query`, any other failure of Athena; `balance`, stored
 * counts that do not add up; `step`, anything else, which the error's own name says best.
 */
type FailureKind = 'checks' | 'cutOff' | 'query' | 'balance' | 'step';

const byName: Readonly<Record<string, FailureKind>> = {
  CheckFailed: 'checks',
  BalanceBroken: 'balance',
  ScanBudgetExceeded: 'cutOff',
};

/** How Athena words it when a workgroup's limit ends a query. */
const CUT_OFF = /Bytes scanned limit was exceeded/i;

/** Step Functions gives the whole query as the cause when one fails. */
const QUERY = /"QueryExecutionId"/;

/** `error` and `cause` as Catch gives them: of Athena's failures only those tell. */
export const failureKind = ({
  Error: error,
  Cause: cause,
}: {
  Error: string;
  Cause: string;
}): FailureKind => {
  const known = byName[error];
  if (known !== undefined) return known;
  if (error.startsWith('Athena.')) return 'query';
  if (!QUERY.test(cause)) return 'step';
  return CUT_OFF.test(cause) ? 'cutOff' : 'query';
};
