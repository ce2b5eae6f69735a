export {
  type AthenaStage,
  addPartition,
  athenaStage,
  createTable,
  JSON_SERDE,
  PARQUET,
} from './athenaStage.ts';
export { fits } from './iamData.ts';
export { scratch } from './scratch.ts';
export { context, fixture, oneTask } from './stepFunctions.ts';
