import type { Protection } from './protection.ts';

/**
 * The column catalog: one name, one type, in every event type. Flat, so that BI tools and people can use them.
 *
 * It only grows. Athena reads old partitions with the columns they were built with, so a column that changes its type
 * breaks every query over them (HIVE_PARTITION_SCHEMA_MISMATCH): a changed meaning or type gets a new name. New
 * columns go to the end; test/events/columnCatalog.test.ts holds both rules.
 */
export type ScalarType = 'string' | 'bigint' | 'double' | 'boolean' | 'timestamp';

export interface StructField {
  name: string;
  type: ScalarType;
  /** JSON names the field is read from; the first one that is there wins. */
  from: readonly string[];
}

/** A scalar, or an array of flat structs. */
export type ColumnType = ScalarType | { arrayOf: readonly StructField[] };

interface CatalogColumn {
  type: ColumnType;
  comment: string;
  /** Personal data: hashed or dropped in every type that fills the column. Only text can be hashed. */
  pii?: Protection;
}

const text = (comment: string): CatalogColumn => ({ type: 'string', comment });
const integer = (comment: string): CatalogColumn => ({ type: 'bigint', comment });
const amount = (comment: string): CatalogColumn => ({ type: 'double', comment });
const flag = (comment: string): CatalogColumn => ({ type: 'boolean', comment });
const instant = (comment: string): CatalogColumn => ({ type: 'timestamp', comment });

const lineItem: readonly StructField[] = [
  { name: 'product_id', type: 'string', from: ['product_id'] },
  { name: 'product_name', type: 'string', from: ['product_name', 'name'] },
  { name: 'category', type: 'string', from: ['category'] },
  { name: 'brand', type: 'string', from: ['brand'] },
  { name: 'variant', type: 'string', from: ['variant'] },
  { name: 'price', type: 'double', from: ['price'] },
  { name: 'quantity', type: 'bigint', from: ['quantity'] },
];

export const columnCatalog = {
  page_url: text('Address of the page'),
  page_path: text('Path of the page, without host and query'),
  page_title: text('Title of the page'),
  referrer: text('Address of the page before'),
  search: text('Query string of the page, or the words searched for'),
  product_id: text('Product identifier of the shop'),
  product_name: text('Name of the product as shown'),
  category: text('Category of the product'),
  brand: text('Brand of the product'),
  variant: text('Variant of the product: size, colour …'),
  price: amount('Price of one piece, in currency'),
  quantity: integer('Number of pieces'),
  currency: text('ISO 4217 code of the amounts of this event'),
  position: integer('Place of the product in the list it was shown in'),
  cart_id: text('Shopping cart identifier'),
  order_id: text('Order identifier'),
  revenue: amount('Revenue of the order without shipping and tax, in currency'),
  order_total: amount('What the customer pays: revenue, shipping and tax less discount, in currency'),
  tax: amount('Tax of the order, in currency'),
  shipping: amount('Shipping of the order, in currency'),
  discount: amount('Discount of the order, in currency'),
  coupon: text('Coupon code'),
  payment_method: text('How the order is paid'),
  items: { type: { arrayOf: lineItem }, comment: 'Products of the order or cart, one struct a line' },
  signup_method: text('How the user signed up: email, google …'),
  plan: text('Plan the user chose'),
  signed_up_at: instant('When the user signed up (UTC); for imported users not the time of the event'),
  newsletter: flag('Whether the user asked for the newsletter'),
} as const satisfies Record<string, CatalogColumn>;

export type ColumnName = keyof typeof columnCatalog;

/** The column catalog in its order, with its widest types. */
export const catalogColumns: readonly (CatalogColumn & { name: string })[] = Object.entries(
  columnCatalog,
).map(([name, column]) => ({ name, ...column }));
