export { AwsError, type JsonObject, type JsonService, type Measure, type Timer } from './contracts.ts';
export { DataFolderTaken } from './dataFolder.ts';
export { type Emulator, startEmulator } from './emulator.ts';
export { realTimer } from './timer.ts';
