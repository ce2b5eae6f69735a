import { writeFileSync } from 'node:fs';
import { eventsReference } from './eventsReference.ts';

writeFileSync('docs/reference/events.md', eventsReference());
