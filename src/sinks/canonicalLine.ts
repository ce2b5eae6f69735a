import type { CanonicalEvent } from '../events/envelope.ts';
import { memberText } from '../json/slices.ts';

/** A carriage return stands between tokens only, and readers of text tables would take it for the end of the line. */
const onOneLine = (json: string): string => json.replaceAll('\r', ' ');

/**
 * An event that `checkLine` has taken, in the collector's form: its keys in order, nothing between them. Whoever writes
 * to the stream past the collector may have them in any order; in raw/ all lines have one form, so that events_now can
 * cut them (src/tables/rawLines.ts). `context` and `properties` keep their text, and so their digits.
 */
export const canonicalLine = (text: string): string => {
  // `as`: the line was checked to be one.
  const event = JSON.parse(text) as CanonicalEvent;
  const head = {
    event_id: event.event_id,
    event_name: event.event_name,
    event_time: event.event_time,
    received_at: event.received_at,
    source: event.source,
    user_id: event.user_id,
    anonymous_id: event.anonymous_id,
    session_id: event.session_id,
  };
  const [context = '{}', properties = '{}'] = ['context', 'properties'].map((name) => memberText(text, name));
  return `${JSON.stringify(head).slice(0, -1)},"context":${onOneLine(context)},"properties":${onOneLine(properties)},"schema_version":${JSON.stringify(event.schema_version)}}\n`;
};
