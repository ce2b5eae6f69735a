import { writeFileSync } from 'node:fs';
import { eventsReference } from './eventsReference.ts';

writeFileSync('docs/events.md', eventsReference());
