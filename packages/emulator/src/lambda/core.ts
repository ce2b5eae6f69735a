import type { Json, JsonObject } from '../contracts.ts';
import type { Access } from '../iam/authority.ts';
import type { LambdaRuntime } from './runtime.ts';

/** What the actions work on. */
export interface LambdaApiOptions {
  runtime: LambdaRuntime;
  /** as ListEventSourceMappings shows them */
  mappings(): JsonObject[];
  sleep(ms: number): Promise<void>;
  /** how often a failed asynchronous call of a function is repeated */
  retries(functionName: string): number;
  /** What callers may do. Default: everything. */
  access?: Access;
}

/** An answer of the REST API. */
export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

export const json = (body: Json): Answer => ({ status: 200, body: JSON.stringify(body) });
