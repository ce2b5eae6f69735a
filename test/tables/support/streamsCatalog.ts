import { compiled } from '../../helpers/ownProject.ts';

/** Columns for the real streams of the shared data, of every type that stands in them. */

const hub = (name: string): string => `
name: ${name}
description: An event of GitHub
columns:
  id: { type: string, description: Id }
  created: { type: timestamp, description: Created, from: created_at }
  actor_login: { type: string, description: Actor, from: [actor.login, actor] }
  repo_id: { type: bigint, description: Repository, from: repo.id }
  push_size: { type: bigint, description: Commits, from: payload.size }
  is_public: { type: boolean, description: Public, from: public }
  payload: { type: json, description: Payload, from: [payload, context.payload] }
  commits:
    type: array<struct>
    description: Commits
    from: payload.commits
    fields:
      sha: { type: string }
      author: { type: string, from: author.name }
      is_new: { type: boolean, from: distinct }
      message: { type: bigint }
`;

export const streamsCatalog = compiled({
  pushed: hub('PushEvent'),
  watched: hub('WatchEvent'),
  created: hub('CreateEvent'),
  commented: hub('IssueCommentEvent'),
  pulled: hub('PullRequestEvent'),
  dns: `
description: A line of a DNS log
columns:
  seen: { type: timestamp, description: Seen, from: ts }
  seen_exactly: { type: 'decimal(20,6)', description: Seen, from: ts }
  origin: { type: string, description: Origin, from: 'id\\.orig_h' }
  port: { type: bigint, description: Port, from: ['id\\.orig_p', 'context.id\\.orig_p'] }
  rtt: { type: double, description: Round trip }
  answers: { type: array<string>, description: Answers }
  ttls: { type: array<double>, description: Lives, from: TTLs }
  refused: { type: boolean, description: Refused, from: rejected }
`,
  thing: `
description: An edit of Wikipedia, or an event of CloudTrail
columns:
  at_time: { type: timestamp, description: When, from: [time, eventTime] }
  page: { type: string, description: Page }
  city: { type: string, description: City, from: [city, cityName] }
  added: { type: bigint, description: Added }
  delta: { type: 'decimal(6,0)', description: Delta }
  robot: { type: boolean, description: Robot, from: isRobot }
  request: { type: json, description: Request, from: [requestParameters, context.page] }
  who: { type: string, description: Who, from: [userIdentity.userName, user, userIdentity.sessionContext] }
`,
});
