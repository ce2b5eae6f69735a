/**
 * `headrace-emulator`: boots a packaged Serverless template on this machine and stops it again.
 *
 *     const emulator = await startEmulator({ packageDir: '.serverless', dataDir: 'data', port: 0 });
 *     // … real SDK clients against emulator.endpoint, requests to emulator.httpApi …
 *     await emulator.close();
 */

/** What its services throw, speak and measure: for hooks such as `intercept`, and for clocks of tests. */
export { AwsError, type JsonObject, type JsonService, type Measure, type Timer } from './contracts.ts';
export { DataFolderTaken } from './dataFolder.ts';
export { type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts';
export { realTimer } from './timer.ts';
