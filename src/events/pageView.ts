import type { EventType } from './eventType.ts';

export const pageView: EventType = {
  name: 'page_view',
  comment: 'A page was shown',
  columns: {
    page_url: ['page_url', 'url'],
    page_path: ['page_path', 'path'],
    page_title: ['page_title', 'title'],
    referrer: ['referrer'],
    search: ['search'],
  },
};
