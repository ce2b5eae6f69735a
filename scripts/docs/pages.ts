import { packageStage } from '../../client/package.ts';
import { clientsTable } from './clientsTable.ts';
import {
  eventsColumns,
  eventTypes,
  liveColumns,
  marts,
  quarantineColumns,
  rawEventsColumns,
  reasons,
  windowViews,
} from './eventsReference.ts';
import { machinePictureOf } from './machinePicture.ts';
import { paramTable } from './paramTable.ts';
import { plannerSections } from './plannerPages.ts';
import { wayPictureOf } from './wayPicture.ts';

/** A section of a page of docs/ that is made of the code, and what makes it. */
interface Generated {
  page: string;
  section: string;
  text: () => string | Promise<string>;
}

/** `npm run docs` writes all of them; test/docs/generated.test.ts holds the pages to them. */
export const generated: readonly Generated[] = [
  {
    page: 'docs/architecture.md',
    section: 'way of an event',
    text: async () => wayPictureOf(await packageStage('prod')),
  },
  { page: 'docs/architecture.md', section: 'machine etl', text: () => machinePictureOf('etl') },
  { page: 'docs/architecture.md', section: 'machine backfill', text: () => machinePictureOf('backfill') },
  { page: 'docs/clients.md', section: 'clients', text: clientsTable },
  { page: 'docs/guides/deploy.md', section: 'params', text: () => paramTable('resources/params.yml') },
  { page: 'docs/guides/sending.md', section: 'reasons', text: reasons },
  { page: 'docs/reference/events.md', section: 'event types', text: eventTypes },
  { page: 'docs/reference/tables.md', section: 'columns of events', text: eventsColumns },
  { page: 'docs/reference/tables.md', section: 'columns of raw_events', text: rawEventsColumns },
  { page: 'docs/reference/tables.md', section: 'columns of quarantine', text: quarantineColumns },
  { page: 'docs/reference/tables.md', section: 'columns of live_windows', text: liveColumns },
  { page: 'docs/reference/tables.md', section: 'windows', text: windowViews },
  { page: 'docs/reference/tables.md', section: 'marts', text: marts },
  ...plannerSections,
];
