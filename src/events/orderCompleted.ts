import type { EventType } from './eventType.ts';

export const orderCompleted: EventType = {
  name: 'order_completed',
  comment: 'An order was placed',
  columns: {
    order_id: ['order_id'],
    cart_id: ['cart_id'],
    revenue: ['revenue'],
    order_total: ['order_total', 'total'],
    tax: ['tax'],
    shipping: ['shipping'],
    discount: ['discount'],
    currency: ['currency'],
    coupon: ['coupon'],
    payment_method: ['payment_method'],
    items: ['items', 'products'],
  },
};
