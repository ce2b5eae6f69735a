import { type ListedObject, type Metadata, pastPrefix } from './store.ts';

export interface Page {
  objects: ListedObject[];
  /** in order, each once */
  commonPrefixes: string[];
  /** set when there is more: the last key or common prefix of this page */
  last: string | undefined;
}

/**
 * One page of a listing. Keys that share the part up to the delimiter count as one entry, and are stepped over
 * without being read: a bucket of many days lists its days at once.
 */
export const listPage = (
  metadata: Metadata,
  bucket: string,
  query: { prefix: string; delimiter: string; after: string; maxKeys: number },
): Page => {
  const { prefix, delimiter, maxKeys } = query;
  const page: Page = { objects: [], commonPrefixes: [], last: undefined };
  let after = startOf(query);
  let last = '';
  let count = 0;
  for (;;) {
    let jumped = false;
    for (const object of metadata.after(bucket, prefix, after, maxKeys - count + 1)) {
      if (count === maxKeys) return maxKeys === 0 ? page : { ...page, last };
      const group = groupOf(object.key, prefix, delimiter);
      count += 1;
      if (group === undefined) {
        page.objects.push(object);
        last = object.key;
        after = last;
      } else {
        page.commonPrefixes.push(group);
        last = group;
        after = pastPrefix(group);
        jumped = true;
        break;
      }
    }
    if (!jumped) return page;
  }
};

/** A page that ended with a common prefix goes on after everything under it. */
const startOf = (query: { prefix: string; delimiter: string; after: string }): string =>
  groupOf(query.after, query.prefix, query.delimiter) === query.after ? pastPrefix(query.after) : query.after;

const groupOf = (key: string, prefix: string, delimiter: string): string | undefined => {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
};
