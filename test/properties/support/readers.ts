import type { createFakeCatalog, createFakeStore } from '../../helpers/fakes.ts';

export const HOUR = '2026-11-01T05';
export const DAY = '2026-11-01';
export const PATH = 'dt=2026-11-01/hr=05';

/** Every second object holds a line that is no event. */
export const isRejected = (key: string): boolean => /\/s-\d*[13579]-/.test(key);

/** What readers of the hour's tables see: each file names the raw objects that it was made of. */
export const readersOf = (
  store: ReturnType<typeof createFakeStore>,
  catalog: ReturnType<typeof createFakeCatalog>,
) => {
  const linesOf = (key: string): string[] =>
    store
      .text(key)
      .split('\n')
      .filter((name) => name !== '');
  const contentOf = (location: string): string[] | undefined => {
    const key = store.keys().find((name) => store.uri(name).startsWith(location));
    return key === undefined ? undefined : linesOf(key);
  };
  return {
    contentOf,
    ofBuild: (build: string | undefined) => contentOf(store.uri(`events/${PATH}/build=${build}/`)),
    location: () => catalog.partitions.get('events/2026-11-01/05'),
    /** Rejected lines as the table quarantine shows them. */
    quarantined: (): string[] =>
      store
        .keys()
        .filter((key) => key.startsWith(`quarantine/${PATH}/`))
        .flatMap(linesOf)
        .sort(),
    mart: () => contentOf(catalog.partitions.get(`daily_events/${DAY}`) ?? 'nowhere') ?? [],
  };
};
