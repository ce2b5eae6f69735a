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
