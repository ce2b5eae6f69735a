/** How the events about one product name its fields; Segment's e-commerce events say `name`. */
export const productColumns = {
  product_id: ['product_id'],
  product_name: ['product_name', 'name'],
  category: ['category'],
  brand: ['brand'],
  variant: ['variant'],
  price: ['price'],
  quantity: ['quantity'],
  currency: ['currency'],
} as const;
