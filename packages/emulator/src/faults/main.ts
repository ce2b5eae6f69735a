export { createFaults } from './faults.ts';
export { queryReasons } from './queries.ts';
export type { FaultKind, FaultRule } from './rules.ts';
