import type { EventType } from './eventType.ts';

export const checkoutStarted: EventType = {
  name: 'checkout_started',
  comment: 'A cart went to the checkout',
  columns: {
    cart_id: ['cart_id'],
    order_id: ['order_id'],
    order_total: ['order_total', 'total', 'value'],
    revenue: ['revenue'],
    currency: ['currency'],
    coupon: ['coupon'],
    items: ['items', 'products'],
  },
};
