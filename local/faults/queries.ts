import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import type { FaultKind } from './rules.ts';

const started = z.object({ QueryExecutionId: z.string() });
const asked = z.looseObject({ QueryExecutionId: z.string() });
const described = z.looseObject({
  QueryExecution: z.looseObject({
    QueryExecutionId: z.string(),
    Status: z.looseObject({ State: z.string() }),
  }),
});

/** As Athena words them: of the first kind a second try may go well, of the second it never does. */
const endings: Partial<Record<FaultKind, JsonObject>> = {
  queryFailedTransient: {
    State: 'FAILED',
    StateChangeReason: 'GENERIC_INTERNAL_ERROR: Query exhausted resources at this scale factor',
    AthenaError: { ErrorCategory: 1, ErrorType: 401, Retryable: true, ErrorMessage: 'Injected' },
  },
  queryFailedDeterministic: {
    State: 'FAILED',
    StateChangeReason: "COLUMN_NOT_FOUND: line 1:8: Column 'injected' cannot be resolved",
    AthenaError: { ErrorCategory: 2, ErrorType: 1006, Retryable: false, ErrorMessage: 'Injected' },
  },
  queryCancelled: { State: 'CANCELLED', StateChangeReason: 'Query cancelled by user' },
};

/**
 * Queries that shall not succeed. They run, and may write, as a query does that fails late; only their end is
 * another than it was.
 */
export class DoomedQueries {
  readonly #endings = new Map<string, JsonObject>();

  static dooms(kind: FaultKind): boolean {
    return endings[kind] !== undefined;
  }

  /** `answer` of StartQueryExecution */
  doom(answer: JsonObject, kind: FaultKind): void {
    const ending = endings[kind];
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
