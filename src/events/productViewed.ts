import type { EventType } from './eventType.ts';
import { productColumns } from './productColumns.ts';

export const productViewed: EventType = {
  name: 'product_viewed',
  comment: 'A product was looked at',
  columns: { ...productColumns, position: ['position'], page_url: ['page_url', 'url'] },
};
