import type { StageFacts } from '../facts.ts';
import type { Prices } from '../prices.ts';
import { MONTH_HOURS } from '../time.ts';
import type { Month } from './month.ts';

type Line = [what: string, quantity: number, unit: string, price: number];

const GB = 1_000_000_000;
const KIB = 1_024;

/** The stream, and each of its consumers' readings. */
export const streamBill = (
  month: Month,
  { stream, archive, windows, postgres }: StageFacts,
  prices: Prices,
): Line[] => {
  const keptHours = Math.max(0, stream.retentionHours - 24);
  if (!stream.onDemand)
    return [
      ['shards', month.shards * MONTH_HOURS, 'shard hours', prices.kinesisShardHour],
      [
        'records put',
        month.requests * Math.ceil(month.recordBytes / month.requests / (25 * KIB)),
        'units of 25 KB',
        prices.kinesisPutUnit,
      ],
      [
        'kept longer than a day',
        keptHours > 0 ? month.shards * MONTH_HOURS : 0,
        'shard hours',
        prices.kinesisShardHourExtended,
      ],
      [
        'fan-out of windows',
        windows?.fanOut ? month.shards * MONTH_HOURS : 0,
        'consumer shard hours',
        prices.kinesisFanOutShardHour,
      ],
      ['read by windows', windows?.fanOut ? month.recordBytes / GB : 0, 'GB', prices.kinesisFanOutGb],
      [
        'fan-out of postgres',
        postgres?.fanOut ? month.shards * MONTH_HOURS : 0,
        'consumer shard hours',
        prices.kinesisFanOutShardHour,
      ],
      ['read by postgres', postgres?.fanOut ? month.recordBytes / GB : 0, 'GB', prices.kinesisFanOutGb],
    ];
  const gb = month.recordBytes / GB;
  return [
    ['stream', MONTH_HOURS, 'hours', prices.kinesisStreamHour],
    ['written', gb, 'GB', prices.kinesisGbIn],
    ['read by land', gb, 'GB', prices.kinesisGbOut],
    ['read by the archive', archive === undefined ? 0 : gb, 'GB', prices.kinesisGbOut],
    [
      'read by windows',
      windows === undefined ? 0 : gb,
      'GB',
      windows?.fanOut ? prices.kinesisFanOutGbOnDemand : prices.kinesisGbOut,
    ],
    [
      'read by postgres',
      postgres === undefined ? 0 : gb,
      'GB',
      postgres?.fanOut ? prices.kinesisFanOutGbOnDemand : prices.kinesisGbOut,
    ],
    ['kept longer than a day', (gb / MONTH_HOURS) * keptHours, 'GB months', prices.kinesisGbMonthExtended],
  ];
};
