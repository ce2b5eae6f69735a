import { didYouMean } from '../compiler/faults.ts';
import type { Osls } from './osls.ts';

/** The zone as Intl calls it; undefined for what it does not know. Upper and lower case are all the same to it. */
const resolved = (name: string): string | undefined => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
};

/** `Asia/Seoul`, `America/Argentina/Salta`, `Etc/GMT+5`: case counts for Athena and EventBridge Scheduler. */
const written = /^[A-Z][A-Za-z]*(?:\/[A-Za-z][\w+-]*)+$/;

const suggestion = (param: string): string => {
  const known = Intl.supportedValuesOf('timeZone');
  const city = known.find((name) => name.toLowerCase().endsWith(`/${param.toLowerCase()}`));
  return city === undefined ? didYouMean(param, ['UTC', ...known]) : ` Did you mean "${city}"?`;
};

/** The param `timeZone`, if it is a time zone by its name of IANA. */
export const timeZoneOf = (param: string): string => {
  if (param === 'UTC') return param;
  const zone = resolved(param);
  // An older name (Asia/Kolkata) resolves to another one, and is as good.
  const isWritten = zone !== undefined && (zone.toLowerCase() !== param.toLowerCase() || zone === param);
  if (isWritten && zone !== 'UTC' && written.test(param)) return param;
  const canBe = zone === 'UTC' || (zone !== undefined && written.test(zone));
  const meant = canBe ? ` Did you mean "${zone}"?` : suggestion(param);
  throw new Error(
    `timeZone: "${param}" is not a time zone.${meant} Give a name such as Asia/Seoul or America/New_York, or UTC.`,
  );
};

/** What timeZone.js gives to osls. */
export const timeZone = async ({ resolveVariable }: Osls): Promise<string> =>
  timeZoneOf(await resolveVariable('param:timeZone'));
