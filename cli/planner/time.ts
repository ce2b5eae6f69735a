export const HOUR_SECONDS = 3_600;

/** A month of the planner has 30 days, whatever the calendar says. */
export const MONTH_DAYS = 30;
export const MONTH_HOURS = MONTH_DAYS * 24;
export const MONTH_SECONDS = MONTH_HOURS * HOUR_SECONDS;
