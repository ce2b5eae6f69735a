import { afterAll, describe, expect, test } from '@jest/globals';
import { newDataDir, type RunningStage, removeData, up } from '../helpers/commandLine.ts';

const dataDir = newDataDir();
let stage: RunningStage | undefined;
afterAll(async () => {
  await stage?.stop();
  removeData(dataDir);
});

const send = (running: RunningStage, id: string) =>
  running.post({ event_id: id, event_name: 'page_view', event_time: '2026-11-01T05:00:00Z' });

describe('a stage that was stopped, or killed', () => {
  test('started again on the same data still has everything it acknowledged', async () => {
    stage = await up(dataDir);
    const key = stage.writeKey;
    expect((await send(stage, 'before-stop')).status).toBe(202);
    await stage.stop('SIGTERM');

    stage = await up(dataDir);
    expect(stage.writeKey).toBe(key);
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    expect((await send(stage, 'before-kill')).status).toBe(202);
    await stage.stop('SIGKILL');

    stage = await up(dataDir);
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    expect(await stage.ask('SELECT event_id FROM events ORDER BY 1')).toEqual([
      { event_id: 'before-kill' },
      { event_id: 'before-stop' },
    ]);
  }, 180_000);
});
