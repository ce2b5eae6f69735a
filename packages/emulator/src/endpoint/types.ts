import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError, JsonObject, JsonService } from '../contracts.ts';
import type { Access } from '../iam/authority.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { Permit } from '../iam/types.ts';

/** Answers a request that speaks a protocol of its own. HTTP/2 requests come in node's compatible shape. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A call of an AWS API, before it is dispatched. */
export interface ApiCall {
  /** As in the signature's scope: `s3`, `kinesis`, `dynamodb`, `glue`, `sqs` … */
  service: string;
  /** `PutRecords`; for S3 the method and what is meant: `PUT object`, `GET bucket` … */
  operation: string;
  /** Access key id of the signature; `anonymous` without one. */
  accessKeyId: string;
}

/** What becomes of a call that reaches its service. */
export interface Interference {
  /** Stands around a call of an awsJson service, DynamoDB excepted: may change input and answer, or throw AwsError. */
  around?: (input: JsonObject, call: (input: JsonObject) => Promise<JsonObject>) => Promise<JsonObject>;
  /** Looks at the body of a call of DynamoDB; an error refuses it. */
  inspect?: (body: string) => AwsError | undefined;
  /** The service gets the call so much later. */
  beforeMs?: number;
  /** Told when the service is done with the call, or has refused it. */
  done?: () => void;
  /**
   * The service does its work, but its answer is cut off with the connection, or comes late. `gone`: the connection is cut
   * as soon as the call has come, before `beforeMs` begin.
   */
  answer?: 'cut' | 'gone' | { lateMs: number } | undefined;
}

/** Throw AwsError to refuse the call; answer 'drop' to cut the connection before the service sees it. */
export type Intercept = (call: ApiCall) => Promise<undefined | 'drop' | Interference>;

/** Parts of an answer of the query protocol, as elements inside each other. */
export interface Elements {
  [name: string]: string | Elements | readonly Elements[] | undefined;
}

/** A service of the query protocol that the emulator answers itself: a form comes in, XML goes out. */
export interface QueryService {
  /** as in signatures */
  readonly name: string;
  /** of its API */
  readonly version: string;
  readonly permissions: PermissionTable;
  /** Gives what stands in `<…Result>`. Throws AwsError. */
  call(action: string, fields: Readonly<Record<string, string>>): Elements;
}

/** A service of REST-JSON that the emulator answers itself, found by its name in signatures. */
export interface RestService {
  readonly name: string;
  readonly permissions: PermissionTable;
  /** actions by method and path: `GET /schedules/{Name}` */
  readonly routes: Readonly<Record<string, string>>;
  /** Throws AwsError. */
  call(action: string, input: JsonObject): JsonObject;
}

export interface EndpointOptions {
  /** 0: any free port. */
  port: number;
  json: readonly JsonService[];
  query?: readonly QueryService[];
  rest?: readonly RestService[];
  s3: (request: IncomingMessage, response: ServerResponse, permit?: Permit) => void | Promise<void>;
  dynamodb: HttpHandler;
  /** SQS, and the query protocol of SNS and STS. */
  messaging: HttpHandler;
  /**
   * Asked first, for every request that is no awsJson call: true when it takes the request (the HTTP API's routes,
   * /_emulator/…, Lambda's REST paths). It must answer then, now or later.
   */
  http?: (request: IncomingMessage, response: ServerResponse) => boolean;
  intercept?: Intercept;
  /** Why no service can answer; undefined when they can. */
  gone?: (() => string | undefined) | undefined;
  /**
   * What callers may do. S3, DynamoDB and the messaging services are held to it here; the awsJson services hold
   * themselves to it, because they are called inside the emulator as well. Default: everybody may do everything.
   */
  access?: Access;
  /** A defect of a service: the caller gets a 500. Default: a line on stderr. */
  onError?: (error: unknown, call: ApiCall) => void;
}

export interface Endpoint {
  port: number;
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** Stops listening and cuts what is still open. */
  close(): Promise<void>;
}
