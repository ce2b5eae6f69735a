/** `daily_sales` → `DailySales`: how the template names what belongs to a table. */
export const pascal = (name: string): string =>
  name
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
