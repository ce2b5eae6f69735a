import { counted } from '../../client/format.ts';
import { recordNamed, undoImport } from '../../client/import/undoing.ts';
import { openLakehouse } from '../../client/lakehouse.ts';
import type { Invocation, Outcome } from '../command.ts';
import { withStage } from '../withStage.ts';
import { mayGoOn } from './ask.ts';
import { showRecord } from './show.ts';

export const undo = (invocation: Invocation, id: string): Promise<Outcome> =>
  withStage(invocation, async (access) => {
    const { screen } = invocation;
    const lakehouse = await openLakehouse(access);
    const record = await recordNamed(id, lakehouse);
    showRecord(screen, record);
    if (record.state === 'undone') {
      screen.say('It has been taken back already.');
      return { ok: true, document: record };
    }
    if (!(await mayGoOn(invocation, 'Take it back?'))) return { ok: false, document: record };
    const progress = screen.progress(`Taking back ${id}`, record.objects, 'objects');
    const undone = await undoImport(id, lakehouse, (removed) => progress.update(removed)).finally(
      progress.stop,
    );
    progress.end(
      `${counted(undone.objects, 'object')} removed, ${counted(undone.hours, 'hour')} marked stale`,
    );
    if (undone.from !== null)
      screen.say(
        'The next run of the etl publishes these hours without it: headrace etl, or headrace backfill for many hours.',
      );
    return { ok: true, document: undone };
  });
