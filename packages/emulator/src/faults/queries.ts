import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import type { Fault, FaultKind } from './rules.ts';

const started = z.object({ QueryExecutionId: z.string() });
const asked = z.looseObject({ QueryExecutionId: z.string() });
const described = z.looseObject({
  QueryExecution: z.looseObject({
    QueryExecutionId: z.string(),
    Status: z.looseObject({ State: z.string() }),
  }),
});

/** Categories of Athena's errors: 1 system, 2 user, 3 other. */
const failed = (ErrorCategory: 1 | 2 | 3, ErrorType: number, StateChangeReason: string): JsonObject => ({
  State: 'FAILED',
  StateChangeReason,
  AthenaError: {
    ErrorCategory,
    ErrorType,
    Retryable: ErrorCategory === 1,
    ErrorMessage: StateChangeReason,
  },
});

/** As Athena words them, by kind and by a name of our own. */
const endings = {
  /** a second try may go well */
  queryFailedTransient: {
    exhausted: failed(
      1,
      401,
      'GENERIC_INTERNAL_ERROR: Query exhausted resources at this scale factor. Injected by the emulator',
    ),
    internal: failed(1, 100, 'GENERIC_INTERNAL_ERROR: Internal service error. Injected by the emulator'),
    slowDown: failed(
      3,
      1300,
      'HIVE_CURSOR_ERROR: Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown). Injected by the emulator',
    ),
  },
  /** a second try would end as the first */
  queryFailedDeterministic: {
    syntaxError: failed(2, 1006, "SYNTAX_ERROR: line 1:1: mismatched input 'injected'"),
    columnMissing: failed(2, 1006, "COLUMN_NOT_FOUND: line 1:8: Column 'injected' cannot be resolved"),
    tableMissing: failed(
      2,
      1006,
      "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.injected' does not exist",
    ),
    schemaMismatch: failed(
      2,
      1300,
      'HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. Injected by the emulator',
    ),
    badData: failed(2, 1300, 'HIVE_BAD_DATA: Not valid Parquet file. Injected by the emulator'),
  },
  queryCancelled: {
    byUser: { State: 'CANCELLED', StateChangeReason: 'Query cancelled by user' },
    /** the cutoff of the workgroup */
    scanCutoff: {
      State: 'CANCELLED',
      StateChangeReason: 'Query cancelled! : Bytes scanned limit was exceeded',
    },
  },
} satisfies Partial<Record<FaultKind, Record<string, JsonObject>>>;

/** Each reason for which a query can be made to end otherwise than well, as a rule may name it. */
export const queryReasons: Readonly<Record<keyof typeof endings, readonly string[]>> = {
  queryFailedTransient: Object.keys(endings.queryFailedTransient),
  queryFailedDeterministic: Object.keys(endings.queryFailedDeterministic),
  queryCancelled: Object.keys(endings.queryCancelled),
};

const byKind = new Map<string, Readonly<Record<string, JsonObject>>>(Object.entries(endings));

/** The reason that the rule names; else the dice choose one. Undefined: no fault of a query. */
const endingOf = ({ kind, reason, dice }: Fault): JsonObject | undefined => {
  const all = byKind.get(kind) ?? {};
  const names = Object.keys(all);
  const ending = all[reason ?? names[Math.floor(dice * names.length)] ?? ''];
  if (ending === undefined && reason !== undefined) throw new Error(`No query ends as ${kind} for ${reason}`);
  return ending;
};

/**
 * Queries that shall not succeed. They run, and may write, as a query does that fails late; only their end is
 * another than it was.
 */
export class DoomedQueries {
  readonly #endings = new Map<string, JsonObject>();

  static dooms(kind: FaultKind): boolean {
    return byKind.has(kind);
  }

  /** `answer` of StartQueryExecution */
  doom(answer: JsonObject, fault: Fault): void {
    const ending = endingOf(fault);
    if (ending) this.#endings.set(started.parse(answer).QueryExecutionId, ending);
  }

  knows(input: JsonObject): boolean {
    const parsed = asked.safeParse(input);
    return parsed.success && this.#endings.has(parsed.data.QueryExecutionId);
  }

  /** `answer` of GetQueryExecution as it is to be seen. */
  seen(answer: JsonObject): JsonObject {
    const { QueryExecution: query, ...rest } = described.parse(answer);
    const ending = this.#endings.get(query.QueryExecutionId);
    if (ending === undefined || query.Status.State !== 'SUCCEEDED') return answer;
    // What was parsed is JSON still: the schema took nothing away and added nothing.
    return { ...rest, QueryExecution: { ...query, Status: { ...query.Status, ...ending } } } as JsonObject;
  }
}
