/** What neither the template nor the traffic says: how long things take and how much they write. Shown with every answer. */
export const assumptions = {
  /** a call of collect: parsing, one PutRecords, its share of cold starts */
  collectSeconds: 0.03,
  /** bytes of lines that land takes a second on the CPU its memory brings, and what a batch takes besides */
  landBytesPerSecond: 10_000_000,
  landFixedSeconds: 0.3,
  /** hours that the lines of one batch belong to: each is a raw object and a mark in the ledger */
  hoursPerBatch: 1.2,
  /** shards of an on-demand stream: it begins with four and keeps room for twice its peak */
  onDemandShards: 4,
  bytesPerShardSecond: 1_000_000,
  /** of one function call: START, END and REPORT lines, the metrics of one request */
  logBytesPerCall: 1_100,
  /** of one run of the etl: the lines of its steps */
  logBytesPerRun: 20_000,
  /** write keys are cached in each instance of collect: one look-up per so many requests */
  requestsPerKeyLookup: 50,
  /** X-Ray's default rule: one request a second and 5 % of those above */
  tracesPerSecond: 1,
  tracedShare: 0.05,
  /** custom metrics: names of metrics times stages */
  metrics: 30,
  /** DPU hours of one crawl of raw/ */
  dpuHoursPerCrawl: 0.5,
  /** a run of the etl writes the ledger so often for each partition, and reads it */
  ledgerWritesPerPartition: 6,
  ledgerReadsPerPartition: 4,
  glueCallsPerPartition: 4,
} as const;
