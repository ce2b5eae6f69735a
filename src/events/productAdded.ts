import type { EventType } from './eventType.ts';
import { productColumns } from './productColumns.ts';

export const productAdded: EventType = {
  name: 'product_added',
  comment: 'A product was put into the cart',
  columns: { ...productColumns, cart_id: ['cart_id'] },
};
