import { assumptions } from '../assumptions.ts';

/** The assumptions that a bill rests on, besides those of its profile. They are shown with every answer. */
const NAMES = [
  'collectSeconds',
  'landBytesPerSecond',
  'landFixedSeconds',
  'hoursPerBatch',
  'curatedReadDays',
  'onDemandShards',
  'bytesPerShardSecond',
  'logBytesPerCall',
  'logBytesPerRun',
  'logBytesPerRequest',
  'logBytesPerPart',
  'logBytesOfLambda',
  'logStoredShare',
  'requestsPerKeyLookup',
  'tracesPerSecond',
  'tracedShare',
  'metrics',
  'metricsPerMapping',
  'metricsPerRoute',
  'dpuHoursPerCrawl',
  'ledgerWritesPerPartition',
  'ledgerReadsPerPartition',
  'glueCallsPerPartition',
  'batchBytes',
  'publishSeconds',
  'stepSeconds',
  'unnamedFunctionGb',
  'buildBytesPerSecond',
  'buildInPartsShare',
  'buildFixedSeconds',
  'callsPerPartition',
  'callsPerRun',
  's3WritesPerPartition',
  's3WritesPerRun',
  'leastScanBytes',
  'recordBytes',
  'archiveCheckReadings',
  'windowsFixedSeconds',
  'windowPartBytes',
  'postgresFixedSeconds',
  'postgresRowsPerSecond',
  'postgresUpkeepSeconds',
  'postgresBytesPerLineByte',
  'postgresIoPerRow',
  'acuLeast',
  'rowsPerAcuSecond',
] as const satisfies readonly (keyof typeof assumptions)[];

export type BillAssumption = (typeof NAMES)[number];

export const billAssumptions = (): Record<BillAssumption, number> =>
  // fromEntries forgets which keys it was given; here they are exactly NAMES.
  Object.fromEntries(NAMES.map((name) => [name, assumptions[name].value])) as Record<BillAssumption, number>;
