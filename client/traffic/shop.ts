import type { Chance } from './random.ts';

/** An event as the shop's apps make it: the native form of the collector. */
export interface ShopEvent {
  event_id: string;
  event_name: string;
  event_time: string;
  user_id: string | null;
  anonymous_id: string;
  session_id: string;
  context: Record<string, unknown>;
  properties: Record<string, unknown>;
}

export type Platform = 'web' | 'app' | 'till';

export interface Visit {
  platform: Platform;
  events: ShopEvent[];
}

interface Product {
  product_id: string;
  product_name: string;
  category: string;
  price: number;
}

const products: readonly [Product, ...Product[]] = [
  { product_id: 'P-1001', product_name: 'Canvas Tote', category: 'bags', price: 24.9 },
  { product_id: 'P-1002', product_name: 'Weekender', category: 'bags', price: 119 },
  { product_id: 'P-1003', product_name: 'Bum Bag “Zürich”', category: 'bags', price: 39.5 },
  { product_id: 'P-2001', product_name: 'Rain Jacket', category: 'outdoor', price: 149 },
  { product_id: 'P-2002', product_name: 'Trail Bottle', category: 'outdoor', price: 17.95 },
  { product_id: 'P-2003', product_name: 'Camp Lantern', category: 'outdoor', price: 44 },
  { product_id: 'P-3001', product_name: 'Espresso Cup', category: 'kitchen', price: 9.5 },
  { product_id: 'P-3002', product_name: 'Chef’s Knife', category: 'kitchen', price: 89 },
  { product_id: 'P-3003', product_name: '抹茶 Whisk', category: 'kitchen', price: 21 },
  { product_id: 'P-4001', product_name: 'Wool Socks', category: 'clothing', price: 14 },
  { product_id: 'P-4002', product_name: 'Linen Shirt', category: 'clothing', price: 69.9 },
  { product_id: 'P-4003', product_name: 'Merino Beanie', category: 'clothing', price: 29.9 },
];

const platforms: readonly [Platform, ...Platform[]] = [
  'web',
  'web',
  'web',
  'web',
  'app',
  'app',
  'app',
  'till',
];

/** One visit to the shop from its first page to, now and then, an order. `start` in epoch ms. */
export const visit = (chance: Chance, start: number): Visit => {
  const platform = chance.pick(platforms);
  const known = chance.happens(0.4);
  const base = {
    user_id: known ? `u-${chance.between(1, 4000)}` : null,
    anonymous_id: chance.id(),
    session_id: chance.id(),
    context: contextOf(chance, platform),
  };
  let now = start;
  const events: ShopEvent[] = [];
  const record = (event_name: string, properties: Record<string, unknown>) => {
    events.push({
      event_id: chance.id(),
      event_name,
      event_time: new Date(now).toISOString(),
      ...base,
      properties,
    });
    now += chance.between(800, 45_000);
  };
  browse(chance, record);
  return { platform, events };
};

type Recorder = (name: string, properties: Record<string, unknown>) => void;

const browse = (chance: Chance, record: Recorder): void => {
  record('page_view', {
    page_url: 'https://shop.example/',
    page_title: 'Home',
    referrer: referrerOf(chance),
  });
  if (chance.happens(0.35))
    record('search_performed', { query: chance.pick(products).category, hits: chance.between(0, 60) });
  if (chance.happens(0.06))
    record('user_signed_up', { signup_method: chance.pick(['email', 'google', 'apple']) });
  const basket: (Product & { quantity: number })[] = [];
  for (let looks = chance.between(0, 6); looks > 0; looks--) {
    const product = popular(chance);
    record('page_view', {
      page_url: `https://shop.example/p/${product.product_id}`,
      page_title: product.product_name,
    });
    record('product_viewed', { ...product, currency: 'EUR' });
    if (!chance.happens(0.28)) continue;
    const quantity = chance.happens(0.8) ? 1 : chance.between(2, 5);
    basket.push({ ...product, quantity });
    record('product_added', { ...product, quantity, currency: 'EUR' });
  }
  if (basket.length > 0 && chance.happens(0.45)) record('order_completed', orderOf(chance, basket));
};

const orderOf = (
  chance: Chance,
  basket: readonly (Product & { quantity: number })[],
): Record<string, unknown> => {
  const cents = basket.reduce((sum, item) => sum + Math.round(item.price * 100) * item.quantity, 0);
  const coupon = chance.happens(0.15) ? { coupon: chance.pick(['WELCOME10', 'PUSH20']) } : {};
  return {
    order_id: `O-${chance.id().slice(0, 8)}`,
    // Now and then an app sends the amount as text: the event stays, its typed column is empty and it says so.
    revenue: chance.happens(0.01) ? `EUR ${cents / 100}` : cents / 100,
    currency: 'EUR',
    items: basket,
    ...coupon,
  };
};

/** Few products sell most, as in any shop. */
const popular = (chance: Chance): Product =>
  products[Math.floor(chance.next() ** 2 * products.length)] ?? products[0];

const referrerOf = (chance: Chance): string | null =>
  chance.pick([null, 'https://search.example/', 'https://social.example/', 'push://campaign/november']);

const contextOf = (chance: Chance, platform: Platform): Record<string, unknown> => ({
  locale: chance.pick(['de-DE', 'en-GB', 'fr-FR', 'ja-JP']),
  device: {
    type: platform === 'app' ? chance.pick(['ios', 'android']) : platform === 'web' ? 'browser' : 'till',
  },
});
