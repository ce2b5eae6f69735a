import { checkoutStarted } from './checkoutStarted.ts';
import type { EventType } from './eventType.ts';
import { orderCompleted } from './orderCompleted.ts';
import { pageView } from './pageView.ts';
import { productAdded } from './productAdded.ts';
import { productViewed } from './productViewed.ts';
import { userSignedUp } from './userSignedUp.ts';

/** Every event type we know, one line each. Columns, views and docs/reference/events.md follow from it. */
const eventTypes: readonly EventType[] = [
  pageView,
  productViewed,
  productAdded,
  checkoutStarted,
  orderCompleted,
  userSignedUp,
];

/** By `event_name`. */
export const knownEventTypes: ReadonlyMap<string, EventType> = new Map(
  eventTypes.map((type) => [type.name, type]),
);
