/**
 * `headrace-emulator/iam`: the policies of a template and whether they allow a request, and what roles have used their
 * permissions for (`usageFolder` of `startEmulator`). Needs no running emulator.
 */
export { decide } from './evaluate.ts';
export { matchesGlob } from './match.ts';
export { policiesOf, type TemplatePolicies } from './policies.ts';
export type { Grant, Role, Statement } from './types.ts';
export { readUses, type Use, Uses } from './uses.ts';
