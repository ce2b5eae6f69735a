import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** The stage's time zone, and how its clocks are read. */
export interface Clock {
  timeZone: string;
  /** 2026-11-01 14:03:22 */
  time(instant: string): string;
  /** 14:03:22 */
  clock(instant: string): string;
}

export const clockOf = (timeZone: string): Clock => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const time = (instant: string): string => {
    const at = new Date(instant);
    return Number.isNaN(at.getTime()) ? instant : format.format(at);
  };
  return { timeZone, time, clock: (instant) => time(instant).slice(11) };
};

export const ClockContext = createContext<Clock>(clockOf('UTC'));

export const useClock = (): Clock => useContext(ClockContext);
