import { GetPartitionCommand } from '@aws-sdk/client-glue';
import { expect, test } from '@jest/globals';
import { committedBuild } from '../helpers/builds.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { mockedGlue } from './support/glue.ts';

const glue = mockedGlue();
const dependencies = lambdaDependencies(() => import('../../functions/sweep.ts'));

test('files of a build that was replaced long ago are removed, those of the committed one stay', async () => {
  glue.on(GetPartitionCommand).resolves({
    Partition: { StorageDescriptor: { Location: 's3://lake/events/dt=2026-11-01/hr=05/build=b/' } },
  });
  for (const id of ['a', 'b']) {
    const { landings } = await dependencies.ledger.partitionStates.lock(
      '2026-11-01T05',
      'run-1',
      new Date(0),
      1,
    );
    await dependencies.store.put(
      `events/dt=2026-11-01/hr=05/build=${id}/part.parquet`,
      Buffer.from(id),
      'x/y',
    );
    await dependencies.ledger.partitionStates.commit('2026-11-01T05', 'run-1', landings, committedBuild(id));
  }

  expect(await dependencies.call({ execution: 'run-1' })).toEqual({
    removed: 1,
    crawl: { pending: false, wanted: 0 },
  });
  expect((await dependencies.store.list('events/')).map(({ key }) => key)).toEqual([
    'events/dt=2026-11-01/hr=05/build=b/part.parquet',
  ]);
  expect(await dependencies.call({ execution: 'run-2' })).toMatchObject({ removed: 0 });
});

test('a crawl is due once an hour, and only while there are properties that none has covered', async () => {
  const { observedSchemas } = dependencies.ledger;
  await observedSchemas.note('page_view', ['a:string']);
  const crawl = () => dependencies.call({ execution: 'run-1' });

  expect(await crawl()).toMatchObject({ crawl: { pending: true, wanted: 1 } });
  expect(await crawl()).toMatchObject({ crawl: { pending: false, wanted: 1 } });

  await observedSchemas.crawlDone(1);
  expect(await observedSchemas.takeCrawl(new Date(), new Date())).toEqual({ pending: false, wanted: 1 });
});
