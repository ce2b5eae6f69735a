import { eventTypes } from '#project';
import type { EventType } from './eventType.ts';

/** Every event type we know, by `event_name`: the files of events/. Columns, views and docs follow from them. */
export const knownEventTypes: ReadonlyMap<string, EventType> = new Map(
  eventTypes.map((type) => [type.name, type]),
);
