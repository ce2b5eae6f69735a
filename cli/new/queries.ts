import type { QueryKind } from '../../compiler/queries/read.ts';
import type { NewKind } from './kind.ts';

const mart = (
  name: string,
): string => `-- Events per day, source and hour. Say here what a row is: the first sentence becomes the table's description.
-- Try it: npx headrace marts run ${name} --day 2026-11-01 --dry-run
SELECT
  source, -- Which app sent it
  hr AS hour, -- Hour of the day (UTC): 00 to 23
  count(*) AS events, -- Number of events
  count(DISTINCT coalesce(user_id, anonymous_id)) AS visitors, -- Different users, or devices where there is no user
  dt -- The day (UTC). Every mart has it, as its last column
FROM events
WHERE dt IN (:days) -- the days that changed: each run fills them in
GROUP BY source, hr, dt
`;

const check = (
  name: string,
): string => `-- Events whose name is nothing but spaces. A row that a check finds fails the run, so ask for what must never be.
-- Try it: npx headrace query --file queries/checks/${name}.sql --day 2026-11-01
SELECT
  'blankName' AS rule, -- the first column says what is wrong
  dt,
  hr,
  source,
  event_id
FROM events
WHERE dt IN (:days) AND hr IN (:hours) -- the hours that changed: each run fills them in
  AND trim(event_name) = ''
ORDER BY dt, hr, source, event_id
LIMIT 100
`;

const warning = (
  name: string,
): string => `-- Sources that mostly send events without a user and a device. What a warning finds stands in the run's report and stops nothing.
-- Try it: npx headrace query --file queries/warnings/${name}.sql --day 2026-11-01
SELECT
  dt,
  source,
  count(*) AS events,
  count_if(user_id IS NULL AND anonymous_id IS NULL) AS of_nobody
FROM events
WHERE dt IN (:days) -- the days that changed: each run fills them in
GROUP BY dt, source
HAVING count_if(user_id IS NULL AND anonymous_id IS NULL) > count(*) / 2
ORDER BY of_nobody DESC, dt, source
LIMIT 10
`;

const view = (
  name: string,
): string => `-- Events of known visitors. A view is SQL with a name: it stores nothing, and runs whenever somebody asks it.
-- Ask it: npx headrace query "SELECT * FROM ${name} WHERE dt = '2026-11-01' LIMIT 10"
SELECT
  event_id,
  event_name,
  event_time,
  coalesce(user_id, anonymous_id) AS visitor, -- The user, or the device where there is no user
  source,
  dt, -- keep dt and hr: whoever asks with them reads less
  hr
FROM events
WHERE coalesce(user_id, anonymous_id) IS NOT NULL
`;

const ofKind = (
  kind: QueryKind,
  what: string,
  example: string,
  textOf: (name: string) => string,
  next: (name: string, file: string) => readonly string[],
): NewKind => {
  const fileOf = (name: string): string => `queries/${kind}/${name}.sql`;
  return {
    ...{ what, example, fileOf, textOf },
    next: (name) => [`edit ${fileOf(name)}`, ...next(name, fileOf(name))],
    check: async (folder) => {
      const { checkQueries } = await import('../../compiler/sql/compile.ts');
      await checkQueries(folder);
    },
  };
};

const tryIt = (file: string): string =>
  `npx headrace query --file ${file} --day 2026-11-01   (tries it on a day)`;
const WITH_NEXT = 'npx headrace up and npx headrace etl, or npm run deploy: each run has it from then on';

/** By the word that stands after `new`. */
export const newQueries: Readonly<Record<string, NewKind>> = {
  mart: ofKind(
    'marts',
    'a table of aggregates a day, written by each run',
    'orders_per_hour',
    mart,
    (name) => [
      `npx headrace marts run ${name} --day 2026-11-01 --dry-run   (shows its rows for a day)`,
      WITH_NEXT,
      `npx headrace marts run ${name} --day 2026-11-01   (writes days that are there already)`,
    ],
  ),
  check: ofKind(
    'checks',
    'what must never be: a row that it finds fails the run',
    'orderWithoutItems',
    check,
    (_name, file) => [tryIt(file), WITH_NEXT],
  ),
  warning: ofKind(
    'warnings',
    "what people should know: rows go into the run's report",
    'fewOrders',
    warning,
    (_name, file) => [tryIt(file), WITH_NEXT],
  ),
  view: ofKind('views', 'SQL with a name, to be asked like a table', 'paid_orders', view, (name) => [
    'npx headrace up (started anew), or npm run deploy: then the view is there',
    `npx headrace query "SELECT * FROM ${name} LIMIT 10"`,
  ]),
};
