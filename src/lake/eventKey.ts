/** Between source and id where a digest of both stands for an event: a character that neither is likely to hold. */
export const KEY_SEPARATOR = 31;
