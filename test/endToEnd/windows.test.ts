import { expect, test } from '@jest/globals';
import { useStage } from '../helpers/commandLine.ts';
import { describeFile } from '../helpers/queries.ts';

const stage = useStage();

const event = (id: string, name: string, user: string, properties: object = {}) => ({
  ...{ event_id: id, event_name: name, user_id: user, properties },
});

const orders = [
  event('o1', 'order_completed', 'u1', { revenue: 59.9 }),
  event('o2', 'order_completed', 'u2', { revenue: 10 }),
  event('o3', 'order_completed', 'u1', { revenue: 0.1 }),
];
const views = [event('p1', 'page_view', 'u1'), event('p2', 'page_view', 'u3')];
const broken = { event_id: 'b1', user_id: 'u1', properties: {} };

const sent = async (events: readonly object[]): Promise<void> => {
  expect((await stage.post(events)).status).toBeLessThan(300);
};

/** All minutes of a view together: a test may run over the end of one. */
const layers = (what: string, view: string) =>
  stage.ask(`SELECT layer, ${what} FROM ${view} GROUP BY layer ORDER BY layer`);

describeFile('queries/windows/minutes.yml', () => {
  test('counts events while they come; once the hour is built, the build takes the place of the counts', async () => {
    await sent([...orders, ...views, broken]);
    // The same once more: windows do not remove duplicates, builds do.
    await sent([orders[0] ?? {}]);
    await sent([event('p3', 'page_view', 'u4')]);
    await stage.landed();

    const before = await stage.ask(
      'SELECT layer, event_name, sum(events) AS events FROM minutes GROUP BY 1, 2 ORDER BY 2',
    );
    expect(before).toEqual([
      { layer: 'speed', event_name: 'order_completed', events: '4' },
      { layer: 'speed', event_name: 'page_view', events: '3' },
    ]);
    expect(await layers('sum(orders) AS orders, round(sum(revenue), 2) AS revenue', 'order_minutes')).toEqual(
      [{ layer: 'speed', orders: '4', revenue: '129.9' }],
    );
    expect(
      await stage.ask('SELECT reason, sum(rejected) AS rejected FROM rejected_minutes GROUP BY 1'),
    ).toEqual([{ reason: 'missing_event_name', rejected: '1' }]);

    const { code } = await stage.command('etl');
    expect(code).toBe(0);

    const after = await stage.ask(
      'SELECT layer, event_name, sum(events) AS events FROM minutes GROUP BY 1, 2 ORDER BY 2',
    );
    expect(after).toEqual([
      { layer: 'batch', event_name: 'order_completed', events: '3' },
      { layer: 'batch', event_name: 'page_view', events: '3' },
    ]);
    expect(
      await layers(
        'sum(orders) AS orders, round(sum(revenue), 2) AS revenue, sum(customers) AS customers',
        'order_minutes',
      ),
    ).toEqual([{ layer: 'batch', orders: '3', revenue: '70.0', customers: '2' }]);
  });

  test('shows what comes after the build beside it, and adds it to nothing', async () => {
    await sent([event('p4', 'page_view', 'u5')]);
    await stage.landed();
    const rows = await stage.ask("SELECT sum(events) AS events FROM minutes WHERE event_name = 'page_view'");
    // The minute of the build is of speed again, with all it has: three from before and the new one. Or it is the next one.
    expect(rows).toEqual([{ events: '4' }]);
  });

  test('headrace live tells the same, a line a window and group', async () => {
    const { stdout } = await stage.command('live', 'order_minutes', '--once');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const total = lines.reduce((sum, { measures }) => sum + measures.orders, 0);
    expect(total).toBe(4);
    expect(lines[0]).toMatchObject({ window: 'order_minutes', seconds: 60, group: {}, approximate: true });
  });
});
