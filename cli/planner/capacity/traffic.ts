import { assumptions } from '../assumptions.ts';
import { HOUR_SECONDS } from '../time.ts';

const DIURNAL = assumptions.diurnalSwing.value;
const BUSIEST_HOUR = assumptions.busiestHour.value;
const BURST_RISE_SECONDS = assumptions.campaignRiseSeconds.value;
const BURST_DECAY_SECONDS = assumptions.campaignDecaySeconds.value;

export interface Traffic {
  /** mean of an ordinary day */
  eventsPerSecond: number;
  eventsPerRequest: number;
  /** of a line of the stream */
  eventBytes: number;
  hours: number;
  /** a campaign's height, in means of an ordinary day; 1: none */
  burst: number;
  /** hour at which it begins */
  burstAtHour: number;
  /** false: the same rate all day, for the comparison with a measured run */
  diurnal: boolean;
}

const curveAt = (second: number): number =>
  1 + DIURNAL * Math.cos((2 * Math.PI * (second / HOUR_SECONDS - BUSIEST_HOUR)) / 24);

/** Height of the campaign, from 0 to 1: up in a minute, then down by two thirds every ten. */
const campaignAt = (since: number): number => {
  if (since < 0) return 0;
  if (since < BURST_RISE_SECONDS) return since / BURST_RISE_SECONDS;
  return Math.exp(-(since - BURST_RISE_SECONDS) / BURST_DECAY_SECONDS);
};

/** Events a second that are sent for the first time at a second of the day. */
export const eventsAt = (traffic: Traffic, second: number): number => {
  const { eventsPerSecond, burst, burstAtHour, diurnal } = traffic;
  const ordinary = diurnal ? curveAt(second) : 1;
  return eventsPerSecond * (ordinary + (burst - 1) * campaignAt(second - burstAtHour * HOUR_SECONDS));
};

/** The highest rate of an ordinary day: what an on-demand stream has seen before. */
export const ordinaryPeak = ({ eventsPerSecond, diurnal }: Traffic): number =>
  eventsPerSecond * (diurnal ? 1 + DIURNAL : 1);
