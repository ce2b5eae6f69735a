/**
 * `headrace-emulator/testing`: an Athena with tables, a Step Functions with tasks and a scratch folder for tests. It
 * takes no part in a running emulator.
 */
export {
  type AthenaEmulator,
  addPartition,
  athenaEmulator,
  createTable,
  JSON_SERDE,
  PARQUET,
} from './athenaEmulator.ts';
export { fits } from './iamData.ts';
export { scratch } from './scratch.ts';
export { context, fixture, oneTask } from './stepFunctions.ts';
