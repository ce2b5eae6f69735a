/** The calls of Segment's spec. */
export const callTypes = ['track', 'page', 'screen', 'identify', 'group', 'alias'] as const;

export type CallType = (typeof callTypes)[number];

export const isCallType = (value: unknown): value is CallType => callTypes.some((type) => type === value);

interface Call {
  /** the event name it becomes; a track call brings its own in `event` */
  eventName?: string;
  /** the member that holds its fields */
  payload: 'properties' | 'traits';
  /** members beside the payload that belong to it, and their names among the properties */
  beside: Readonly<Record<string, string>>;
}

/** What each call becomes: its payload, and what stands beside it, are the event's properties. */
export const calls: Readonly<Record<CallType, Call>> = {
  track: { payload: 'properties', beside: {} },
  page: { eventName: 'page_view', payload: 'properties', beside: { name: 'name', category: 'category' } },
  screen: { eventName: 'screen_view', payload: 'properties', beside: { name: 'name', category: 'category' } },
  identify: { eventName: 'user_identified', payload: 'traits', beside: {} },
  group: { eventName: 'group_identified', payload: 'traits', beside: { groupId: 'group_id' } },
  alias: { eventName: 'user_aliased', payload: 'properties', beside: { previousId: 'previous_id' } },
};

/** Members that are the protocol's own: read into the envelope or of no meaning after delivery. */
export const protocolFields: ReadonlySet<string> = new Set([
  'type',
  'action', // the name of `type` in older libraries
  'messageId',
  'timestamp',
  'originalTimestamp',
  'sentAt',
  'receivedAt',
  'userId',
  'anonymousId',
  'context',
  'channel',
  'integrations',
  'writeKey',
  'version',
  '_metadata',
]);
