import { expect, test } from '@jest/globals';
import { martNames } from '../../src/etl/queries.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { useStage } from '../helpers/commandLine.ts';
import { describeShop } from '../helpers/shipped.ts';

const stage = useStage();

const post = async (body: string): Promise<number> => (await stage.post(body)).status;

const order = `{
  "event_id": "o-1", "event_name": "order_completed", "event_time": "2026-11-01T07:08:09.010+02:00", "user_id": 17,
  "properties": {
    "order_id": "O-1", "revenue": 59.8, "currency": "EUR", "campaign_id": 9007199254740993, "ratio": 0.10000000000000000555,
    "items": [
      {"product_id": "P-1", "product_name": "Tote “Zürich” 抹茶", "price": 24.9, "quantity": 2},
      {"product_id": "P-2", "price": 10}
    ]
  }
}`;

describeShop('one event on its whole way', () => {
  test('is queryable raw once it has landed, and typed after a run', async () => {
    expect(await post(order)).toBe(202);
    expect(await post(order)).toBe(202);
    const run = await stage.command('etl');
    expect(run.document.status).toBe('SUCCEEDED');

    expect(await stage.ask("SELECT event_name, hr FROM raw_events WHERE dt = '2026-11-01'")).toEqual([
      { event_name: 'order_completed', hr: '05' },
      { event_name: 'order_completed', hr: '05' },
    ]);
    const [row] = await stage.ask(`
      SELECT event_id, event_time, source, user_id, revenue, cardinality(items) AS lines, items[1].product_name AS first,
             json_extract_scalar(properties, '$.campaign_id') AS campaign, properties, schema_errors, dt, hr
      FROM events`);
    expect(row).toMatchObject({
      event_id: 'o-1',
      event_time: '2026-11-01 05:08:09.010',
      source: 'local',
      user_id: '17',
      revenue: '59.8',
      lines: '2',
      first: 'Tote “Zürich” 抹茶',
      campaign: '9007199254740993',
      schema_errors: null,
      dt: '2026-11-01',
      hr: '05',
    });
    expect(row?.properties).toContain('"campaign_id":9007199254740993,"ratio":0.10000000000000000555');
  }, 120_000);

  test('stands in the flat view of its type and in the marts', async () => {
    if (knownEventTypes.has('order_completed'))
      expect(await stage.ask('SELECT order_id, currency, revenue FROM order_completed')).toEqual([
        { order_id: 'O-1', currency: 'EUR', revenue: '59.8' },
      ]);
    if (!martNames.includes('daily_products')) return;
    expect(
      await stage.ask('SELECT product_id, quantity, revenue, dt FROM daily_products ORDER BY 1'),
    ).toEqual([
      { product_id: 'P-1', quantity: '2', revenue: '49.8', dt: '2026-11-01' },
      { product_id: 'P-2', quantity: '1', revenue: '10.0', dt: '2026-11-01' },
    ]);
  }, 60_000);

  test('keeps its row when a value contradicts its column, and says so', async () => {
    const wrong = { event_id: 'o-2', event_name: 'order_completed', event_time: '2026-11-01T05:30:00Z' };
    expect(await post(JSON.stringify({ ...wrong, properties: { order_id: 'O-2', revenue: 'a lot' } }))).toBe(
      202,
    );
    await stage.command('etl');
    const [row] = await stage.ask(`
      SELECT revenue, schema_errors, json_extract_scalar(properties, '$.revenue') AS sent
      FROM events WHERE event_id = 'o-2'`);
    expect(row).toEqual({ revenue: null, schema_errors: '[revenue]', sent: 'a lot' });
  }, 60_000);

  test('changes no answer when everything is built again', async () => {
    const questions = [
      'SELECT event_id, event_time, revenue FROM events ORDER BY 1',
      ...martNames.map((name) => `SELECT * FROM ${name}`),
    ];
    const answers = () =>
      Promise.all(
        questions.map(async (sql) => (await stage.ask(sql)).map((row) => JSON.stringify(row)).sort()),
      );
    const before = await answers();
    const again = await stage.command('etl', '--from', '2026-11-01', '--to', '2026-11-02', '--force');
    expect(again.document.status).toBe('SUCCEEDED');
    expect(await answers()).toEqual(before);
  }, 60_000);

  test('shows in the status of the stage', async () => {
    const { document } = await stage.command('status');
    expect(document).toMatchObject({
      stale: 0,
      oldestStaleSince: null,
      totals: { raw: 3, curated: 2, duplicates: 1 },
    });
    expect(document.executions[0]).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('has nothing to do when nothing has changed', async () => {
    const { document, code } = await stage.command('etl');
    expect([code, document.status, document.states]).toEqual([0, 'SUCCEEDED', ['Plan', 'HasWork?', 'Idle']]);
  });
});
