import { CliError } from '../../client/failure.ts';
import { count, counted } from '../../client/format.ts';
import { type InputFile, inputFiles } from '../../client/input/files.ts';
import { readItems } from '../../client/input/read.ts';
import { compileEventsOf } from '../../compiler/events/compile.ts';
import { projectFolder } from '../../compiler/folder.ts';
import type { Invocation, Outcome } from '../command.ts';
import { type Judgement, judging } from './judging.ts';

/** What deployed stages take, unless their param maxEventAgeDays says otherwise. */
export const MAX_AGE_DAYS = 1_100;

const SHOWN = 20;
/** In the document of --json. */
const KEPT = 1_000;

interface Place {
  file: string;
  /** on which the event begins */
  line: number;
}

interface Validated {
  events: number;
  accepted: number;
  rejected: number;
  /** accepted, with something that contradicts the event's type */
  warned: number;
  /** rejected, by reason */
  reasons: Record<string, number>;
  /** the first of them */
  rejections: (Place & { reason: string; detail: string })[];
  warnings: (Place & { event: string; detail: string })[];
}

const nothing = (): Validated => ({
  ...{ events: 0, accepted: 0, rejected: 0, warned: 0 },
  reasons: {},
  rejections: [],
  warnings: [],
});

const keep = <Kept>(kept: Kept[], one: Kept): void => {
  if (kept.length < KEPT) kept.push(one);
};

const add = (to: Validated, file: string, judgement: Judgement): void => {
  const { line } = judgement;
  to.events += 1;
  if (judgement.fate === 'rejected') {
    const { reason, detail } = judgement;
    to.rejected += 1;
    to.reasons[reason] = (to.reasons[reason] ?? 0) + 1;
    keep(to.rejections, { file, line, reason, detail });
    return;
  }
  to.accepted += 1;
  if (judgement.fate === 'accepted') return;
  to.warned += 1;
  keep(to.warnings, { file, line, event: judgement.event, detail: judgement.detail });
};

const validated = async (
  files: readonly InputFile[],
  judge: ReturnType<typeof judging>,
  signal: AbortSignal,
): Promise<Validated> => {
  const all = nothing();
  for (const file of files)
    for await (const items of readItems(file, { signal }))
      for (const judgement of judge(items)) add(all, file.name, judgement);
  return all;
};

const ageOf = (given: string | undefined): number => {
  if (given === undefined) return MAX_AGE_DAYS;
  if (/^[1-9]\d{0,5}$/.test(given)) return Number(given);
  throw new CliError(`--max-age-days: "${given}" is not a whole number from 1 to 999999.`);
};

/** `headrace events validate FILE…`: no stage, no network. */
export const validate = async (invocation: Invocation, given: readonly string[]): Promise<Outcome> => {
  if (given.length === 0)
    throw new CliError(
      'events validate takes files, folders, or - for standard input.',
      'headrace events validate events.ndjson',
    );
  const judge = judging(
    compileEventsOf(projectFolder()),
    new Date(),
    ageOf(invocation.option('max-age-days')),
  );
  const all = await validated(await inputFiles(given), judge, invocation.signal);
  if (all.events === 0) throw new CliError(`There are no events in ${given.join(', ')}.`);
  show(all, invocation.screen);
  const ok = all.rejected === 0 && (all.warned === 0 || !invocation.flag('strict'));
  return { ok, document: all };
};

const show = ({ rejections, warnings, ...all }: Validated, screen: Invocation['screen']): void => {
  const lines = (told: readonly (Place & { says: string })[], of: number): void => {
    for (const { file, line, says } of told.slice(0, SHOWN)) screen.say(`${file}:${line}: ${says}`);
    if (of > SHOWN) screen.say(`… and ${count(of - SHOWN)} more`);
  };
  lines(
    rejections.map((one) => ({ ...one, says: `rejected: ${one.reason}: ${one.detail}` })),
    all.rejected,
  );
  lines(
    warnings.map((one) => ({ ...one, says: `warning: ${one.event}: ${one.detail}` })),
    all.warned,
  );
  screen.table(
    ['reason', 'events'],
    Object.entries(all.reasons).map(([reason, events]) => [reason, count(events)]),
  );
  const parts = [`${count(all.accepted)} would be accepted`];
  if (all.warned > 0) parts.push(`${count(all.warned)} of them with warnings`);
  parts.push(`${count(all.rejected)} would be rejected`);
  const summary = `${counted(all.events, 'event')}: ${parts.join(', ')}.`;
  if (all.rejected > 0) screen.warn(summary);
  else screen.say(summary);
};
