/**
 * `headrace-emulator/faults`: makes calls, functions and queries of a running emulator fail, by rules and a seed. Pass
 * what `createFaults` gives to `startEmulator`.
 */
export { createFaults } from './faults.ts';
export { queryReasons } from './queries.ts';
export type { FaultKind, FaultRule } from './rules.ts';
