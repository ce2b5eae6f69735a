/** Values of condition keys in a request, by their names in lower case. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** One permission that a call needs. A call may need several, and has to have them all. */
export interface RequiredPermission {
  /** `s3:PutObject` */
  action: string;
  /** ARN, or `*` for an action that knows no resources */
  resource: string;
  /** condition keys of this action: `s3:prefix` … */
  context?: RequestContext;
}

/** Throws AwsError as AWS answers a caller that is not allowed one of them. */
export type Permit = (...asks: readonly RequiredPermission[]) => void;

/** The condition of a statement: `{ StringEquals: { 'aws:SourceAccount': […] } }`, one of its keys. */
export interface Condition {
  operator: string;
  /** in lower case */
  key: string;
  values: readonly string[];
}

/** Action or NotAction, Resource or NotResource. */
export interface Patterns {
  not: boolean;
  patterns: readonly string[];
}

export interface Principals {
  /** Anybody. */
  all: boolean;
  aws: readonly string[];
  services: readonly string[];
}

export interface Statement {
  /** Where it stands: `EtlRole/query/3` is the third statement of the policy `query`. */
  id: string;
  effect: 'Allow' | 'Deny';
  actions: Patterns;
  resources: Patterns;
  /** of resource and trust policies */
  principals?: Principals;
  conditions: readonly Condition[];
}

/** What in a statement allows a request: removing one of the three takes this away. */
export interface Grant {
  statement: string;
  /** the pattern that matches, as it is written */
  action: string;
  resource: string;
}

export interface Role {
  logicalId: string;
  name: string;
  arn: string;
  /** who may assume it */
  trust: readonly Statement[];
  identity: readonly Statement[];
}
