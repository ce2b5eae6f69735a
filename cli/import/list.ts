import { count } from '../../client/format.ts';
import { listRecords } from '../../client/import/record.ts';
import { recordNamed } from '../../client/import/undoing.ts';
import { openLake } from '../../client/lake.ts';
import type { Invocation, Outcome } from '../command.ts';
import { withStage } from '../withStage.ts';
import { showRecord } from './show.ts';

export const listImports = (invocation: Invocation): Promise<Outcome> =>
  withStage(invocation, async (access) => {
    const imports = await listRecords(await openLake(access));
    if (imports.length === 0) invocation.screen.say('There are no imports.');
    else
      invocation.screen.table(
        ['id', 'state', 'begun', 'source', 'events', 'rejected', 'first hour', 'last hour', 'files'],
        imports.map((one) => [
          one.id,
          one.state,
          one.receivedAt,
          one.source,
          count(one.events),
          count(one.rejected),
          one.from ?? '',
          one.to ?? '',
          one.files.length === 1 ? (one.files[0]?.name ?? '') : `${one.files.length} files`,
        ]),
      );
    return { ok: true, document: { imports } };
  });

export const showImport = (invocation: Invocation, id: string): Promise<Outcome> =>
  withStage(invocation, async (access) => {
    const record = await recordNamed(id, { store: await openLake(access) });
    showRecord(invocation.screen, record);
    return { ok: true, document: record };
  });
