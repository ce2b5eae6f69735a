import type { EventType } from './eventType.ts';

export const userSignedUp: EventType = {
  name: 'user_signed_up',
  comment: 'A user made an account',
  columns: {
    signup_method: ['signup_method', 'method'],
    plan: ['plan'],
    signed_up_at: ['signed_up_at', 'created_at'],
    newsletter: ['newsletter'],
    referrer: ['referrer'],
  },
};
