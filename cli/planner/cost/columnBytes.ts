/**
 * Parquet bytes that an event takes in each column of `events`; a column that is not listed takes less than a hundredth
 * of a byte. Measured on the bench's shop (bench/harness/events.ts): 360,000 lines of 480 bytes in one hour, which are
 * 100 events a second, in a build of src/build/engine. test/cli/planner/cost/columnBytes.long.test.ts builds that hour and
 * holds the figures to it.
 */
const measured: Readonly<Record<string, number>> = {
  event_id: 19.6,
  event_time: 1.31,
  received_at: 2.13,
  user_id: 0.82,
  anonymous_id: 7.37,
  session_id: 7.37,
  context: 0.58,
  properties: 1.31,
  page_url: 0.2,
  page_title: 0.2,
  referrer: 0.067,
  product_id: 0.187,
  product_name: 0.188,
  category: 0.127,
  price: 0.187,
  quantity: 0.018,
  order_id: 0.185,
  revenue: 0.041,
  items: 0.117,
};

/** Columns that take the same bytes however much an event says: its ids and times. The others share what is left. */
const ids = new Set(['event_id', 'event_time', 'received_at', 'user_id', 'anonymous_id', 'session_id']);

const total = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + (measured[name] ?? 0), 0);

const fields = new Set(Object.keys(measured)).difference(ids);

export const columnBytes = measured;

/**
 * Bytes that a scan of these columns reads of an event that takes `eventBytes` in Parquet. Whole columns, all row
 * groups: Athena skips those whose statistics exclude what is asked for, so it is rather too much.
 */
export const bytesRead = (columns: readonly string[], eventBytes: number): number => {
  const inIds = Math.min(eventBytes, total(ids));
  const wanted = new Set(columns);
  return (
    (inIds * total(wanted.intersection(ids))) / total(ids) +
    ((eventBytes - inIds) * total(wanted.intersection(fields))) / total(fields)
  );
};
