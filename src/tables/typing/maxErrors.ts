/** Of one event: an array may hold thousands of lines that are all wrong in the same way. */
export const MAX_ERRORS = 20;
