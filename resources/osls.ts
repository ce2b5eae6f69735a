/** What osls hands to a function that it finds in a file of serverless.yml: `${file(some.js):name}`. */
export interface Osls {
  /** The value of `sls:stage`, `param:dataKey` and the like, with its own variables resolved. */
  resolveVariable(name: string): Promise<string>;
}
