export { everything } from './everything.ts';
export { createFaults } from './faults.ts';
export { queryReasons } from './queries.ts';
export type { FaultRule } from './rules.ts';
