const KiB = 1024;
const MiB = 1024 * KiB;

/** As received. API Gateway hands a function 6 MB at most, and a zipped body comes as base64: 4 MiB fit. */
export const MAX_BODY_BYTES = 4 * MiB;

/** Unzipped. Inflating stops here. */
export const MAX_TEXT_BYTES = 8 * MiB;

/**
 * Braces and brackets that open, in strings too. 8 MiB of `{},{},` would become more memory than the function has;
 * JSON within JSON, the densest that anybody means, has one in nine bytes.
 */
export const MAX_OPENERS = 1_000_000;

/** So many events, with their envelopes, fit well into the few calls that the time of a request allows. */
export const MAX_EVENTS = 5_000;

/** A canonical line with its line feed: half of what a record of the stream may hold. */
export const MAX_EVENT_BYTES = 512 * KiB;

/** What is kept of the text of a rejected event. */
export const MAX_RAW_BYTES = 256 * KiB;
