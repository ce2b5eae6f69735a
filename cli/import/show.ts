import { bytes, count, counted } from '../../client/format.ts';
import type { Preview } from '../../client/import/preview.ts';
import type { ImportRecord } from '../../client/import/record.ts';
import { dollars } from '../backfill/show.ts';
import type { Screen } from '../screen.ts';
import { shortened } from '../steps.ts';

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

const showEvents = (screen: Screen, { events }: Preview): void => {
  screen.heading('The first events, as they will be stored');
  for (const { event_id, event_name, event_time, source, properties } of events) {
    screen.say(`  ${event_time}  ${event_name}  id ${event_id}  source ${source}`);
    screen.say(`    ${shortened(JSON.stringify(properties))}`);
  }
};

export const showPreview = (screen: Screen, found: Preview): void => {
  const { sample, estimate } = found;
  if (found.events.length > 0) showEvents(screen, found);
  screen.heading(`A sample of ${counted(sample.events, 'event')}`);
  for (const { by, field, lacking } of sample.lacking) {
    const line = `  ${by}: ${field} is missing or empty in ${share(lacking, sample.events)}`;
    if (lacking > 0 && by !== 'properties') screen.warn(line);
    else screen.say(line);
  }
  if (found.rejected > 0) {
    screen.warn(`  ${counted(found.rejected, 'event')} of it will be rejected, and kept in quarantine:`);
    for (const { reason, detail } of found.rejections) screen.warn(`    ${reason}: ${detail}`);
  }
  const { usd } = estimate;
  screen.heading('About what there is to do');
  screen.say(
    `  ${count(estimate.events)} events in ${count(estimate.hours)} hours, ${bytes(estimate.bytes)} of raw objects`,
  );
  screen.say(
    `  on AWS: ${dollars(usd.objects)} to write the objects, ${dollars(usd.storageMonth)} a month to keep them, ${dollars(usd.build)} to build the hours`,
  );
  screen.say(`  at list prices of ${estimate.prices.region}, ${estimate.prices.asOf}`);
};

export const showRecord = (screen: Screen, record: ImportRecord): void => {
  const hours =
    record.from === null ? '' : ` in ${counted(record.hours, 'hour')} from ${record.from} to ${record.to}`;
  screen.say(`Import ${record.id} (${record.state}), begun ${record.receivedAt}, of source ${record.source}`);
  screen.say(
    `  ${counted(record.events, 'event')}${hours}, ${count(record.rejected)} rejected, ${counted(record.objects, 'object')}`,
  );
  for (const { name, bytes: size } of record.files.slice(0, 20)) screen.say(`  ${name} (${bytes(size)})`);
  if (record.files.length > 20) screen.say(`  … and ${record.files.length - 20} more`);
};
