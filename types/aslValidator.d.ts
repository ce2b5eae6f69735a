/** The part of asl-validator that we use; it ships no types. It writes defaults into the definition it is given. */
declare module 'asl-validator' {
  const validate: (definition: unknown) => { isValid: boolean; errorsText(): string };
  export = validate;
}
