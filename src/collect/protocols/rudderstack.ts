import { json, notFound } from '../answers.ts';
import { usableKey, writeKeyOf } from '../credentials.ts';
import type { KnownNames } from '../eventNames.ts';
import type { ClientFamily, CollectorRequest, Page, Protocol } from '../request.ts';
import { segment } from './segment.ts';

/** The one place where a library can only put the key into the URL: a beacon has no headers, and its batch no room. */
const keyInUrl = ({ query }: CollectorRequest): string | undefined => usableKey(query?.get('writeKey'));

/**
 * What RudderStack's libraries ask for before they send: a source that is enabled and has no destinations. The same for
 * every key: whether one is valid, sending tells.
 */
const sourceConfig: Page = {
  page: (request) => {
    const writeKey = writeKeyOf(request) ?? keyInUrl(request);
    if (writeKey === undefined) return notFound();
    const off = { enabled: false };
    return json(
      200,
      {
        source: {
          ...{ id: 'headrace', name: 'headrace', writeKey, workspaceId: 'headrace', enabled: true },
          config: { statsCollection: { errors: off, metrics: off } },
          dataplanes: {},
          destinations: [],
          connections: [],
          updatedAt: '2026-01-01T00:00:00.000Z',
        },
        updatedAt: '2026-01-01T00:00:00.000Z',
      },
      { 'cache-control': 'private, max-age=3600' },
    );
  },
};

/** RudderStack speaks Segment's protocol. Its own are the beacon, the settings it loads, and the headers of its retries. */
export const rudderstackFamily = (known: KnownNames): ClientFamily => {
  const beacon: Protocol = { ...segment('batch', known), keyOf: keyInUrl };
  return {
    name: 'RudderStack',
    routes: [
      { at: 'POST /beacon/v1/batch', takes: beacon },
      { at: 'GET /sourceConfig', takes: sourceConfig },
    ],
    browserHeaders: [
      ...['authorization', 'content-type', 'anonymousid', 'sentat', 'rsa-recovered'],
      ...['rsa-retry-attempt', 'rsa-retry-reason', 'rsa-since-first-attempt', 'rsa-since-last-attempt'],
    ],
  };
};
