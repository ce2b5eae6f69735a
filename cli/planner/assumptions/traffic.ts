import { FIRST_WAIT_MS, LONGEST_WAIT_MS, MAX_TRIES } from '../../../client/collect/post.ts';
import type { Assumption } from './assumption.ts';

/** What comes in unless an option says otherwise, and what clients do that are turned away. */
export const traffic = {
  eventBytes: {
    value: 800,
    unit: 'B',
    what: 'an event as a line of the stream',
    source: 'docs/reference/performance.md: the streams measured there, rounded',
  },
  eventsPerRequest: {
    value: 10,
    unit: 'events',
    what: 'events that a sender puts into one request',
    source: 'assumed: what client libraries send at a time',
  },
  gzipRatio: {
    value: 0.15,
    unit: 'share',
    what: "a raw object's bytes, of the bytes of its lines",
    source: 'docs/reference/performance.md: the streams measured there, rounded',
  },
  parquetRatio: {
    value: 0.1,
    unit: 'share',
    what: "a Parquet file's bytes, of the bytes of its lines",
    source: 'docs/reference/performance.md: the streams measured there, rounded',
  },
  lateHoursPerRun: {
    value: 1,
    unit: 'hours',
    what: 'earlier hours that a run builds again, because events came late',
    source: 'assumed: a phone that was offline sends its events hours later',
  },
  peak: {
    value: 3,
    unit: 'times the mean',
    what: 'the busiest hour of a month, for the size of an on-demand stream',
    source: 'assumed: days and hours differ',
  },
  analystsTb: {
    value: 0,
    unit: 'TB',
    what: "what people's own queries scan a month",
    source: 'assumed: nobody but you knows it',
  },
  crawls: {
    value: 4,
    unit: 'crawls',
    what: 'runs of the crawler a month; only a new observed schema starts it',
    source: 'assumed: about one a week',
  },
  month: {
    value: 12,
    unit: 'months',
    what: 'the month after the start whose storage is paid for',
    source: 'assumed: the end of the first year',
  },
  diurnalSwing: {
    value: 0.6,
    unit: 'times the mean',
    what: 'how far the hours of a day lie above or below its mean: from 0.4 to 1.6 times',
    source: 'assumed: people sleep',
  },
  busiestHour: { value: 20, unit: 'hour', what: 'when the day is busiest', source: 'assumed: evening' },
  campaignRiseSeconds: {
    value: 60,
    unit: 's',
    what: 'how long a campaign takes to reach its height',
    source: 'assumed: a push message arrives within a minute',
  },
  campaignDecaySeconds: {
    value: 600,
    unit: 's',
    what: 'how long a campaign takes to fall to a third of its height',
    source: 'assumed: most people look within minutes',
  },
  clientTries: {
    value: MAX_TRIES,
    unit: 'tries',
    what: 'how often a client sends a request before it gives up',
    source: 'client/collect/post.ts',
  },
  clientFirstWaitSeconds: {
    value: FIRST_WAIT_MS / 1_000,
    unit: 's',
    what: 'its first pause, doubled with each try, times a random share',
    source: 'client/collect/post.ts',
  },
  clientLongestWaitSeconds: {
    value: LONGEST_WAIT_MS / 1_000,
    unit: 's',
    what: 'its longest pause',
    source: 'client/collect/post.ts',
  },
} as const satisfies Record<string, Assumption>;
