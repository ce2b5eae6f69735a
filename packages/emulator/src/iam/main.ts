export { decide } from './evaluate.ts';
export { matchesGlob } from './match.ts';
export { policiesOf, type TemplatePolicies } from './policies.ts';
export type { Grant, Role, Statement } from './types.ts';
export { readUses, type Use, Uses } from './uses.ts';
