import { compileEventsOf } from '../../compiler/events/compile.ts';
import { compileWindowsOf, WINDOWS_FOLDER } from '../../compiler/windows/compile.ts';
import type { NewKind } from './kind.ts';

const textOf = (): string => `description: Events and different users per minute and source
every: 60 # seconds, or 30s, 5m: at most 15 minutes, and an hour must hold them without a rest
# where: # counted are events of which all of these hold
#   event_name: [page_view, product_viewed] # one of them; also { not: … }, and of numbers { min: 10, max: 20 }
by: [source] # columns whose values make the groups
measures:
  events: count # also sum(column) and distinct(column)
  users: distinct(user_id)
# metric: true # publish counts and sums to CloudWatch
# alarm: events < 1 for 10m # tell somebody; publishes the metric too
`;

/** `headrace new window NAME` */
export const newWindow: NewKind = {
  what: 'what is counted of the stream while it comes, by the minute say',
  example: 'signup_minutes',
  fileOf: (name) => `${WINDOWS_FOLDER}/${name}.yml`,
  textOf,
  check: async (folder) => {
    compileWindowsOf(folder, compileEventsOf(folder));
  },
  next: (name) => [
    `edit ${WINDOWS_FOLDER}/${name}.yml`,
    'npx headrace up (started anew), or npm run deploy: then it counts',
    `npx headrace live ${name}   (shows its counts as they come)`,
    `npx headrace query "SELECT * FROM ${name} ORDER BY window_start DESC LIMIT 10"`,
  ],
};
