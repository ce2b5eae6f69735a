/** Something that can be taken out of a role: a statement, or one action or resource of it. */
export interface Part {
  role: string;
  statement: string;
  kind: 'statement' | 'action' | 'resource';
  /** the action or resource as it is written; of a statement nothing */
  pattern: string;
}
