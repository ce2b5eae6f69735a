import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { page } from '../../endpoint/listing.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { arn } from '../../iam/arns.ts';
import { type Action, groupOf, parse } from '../core.ts';
import type { LogGroup, LogStore } from '../store.ts';

/** AWS's pages of both listings, and their largest. */
const PAGE = 50;
const listing = { nextToken: z.string().optional(), limit: z.int().min(1).max(PAGE).optional() };

const groupsInput = z.object({
  ...listing,
  logGroupNamePrefix: z.string().optional(),
  logGroupNamePattern: z.string().optional(),
});
const streamsInput = z.object({
  ...listing,
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  logStreamNamePrefix: z.string().optional(),
});

const described = (store: LogStore, group: LogGroup): JsonObject => {
  const { createdMs, bytes } = store.size(group);
  const logGroupArn = arn('logs', `log-group:${group.name}`);
  return jsonObject({
    ...{ logGroupName: group.name, logGroupArn, arn: `${logGroupArn}:*` },
    ...{ creationTime: createdMs, storedBytes: bytes, metricFilterCount: 0, logGroupClass: 'STANDARD' },
    retentionInDays: group.retentionInDays,
  });
};

const describeLogGroups: Action = ({ store }, input) => {
  const { logGroupNamePrefix, logGroupNamePattern, nextToken, limit } = parse(groupsInput, input);
  if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  const wanted = store
    .all()
    .filter(({ name }) => name.startsWith(logGroupNamePrefix ?? ''))
    .filter(({ name }) => name.toLowerCase().includes((logGroupNamePattern ?? '').toLowerCase()));
  const { items, NextToken } = page(
    wanted,
    { NextToken: nextToken, MaxResults: limit },
    PAGE,
    'InvalidParameterException',
  );
  return jsonObject({ logGroups: items.map((group) => described(store, group)), nextToken: NextToken });
};

/** A group has the stream of what writes there, once something is written. */
const describeLogStreams: Action = (core, input) => {
  const { logStreamNamePrefix = '', ...named } = parse(streamsInput, input);
  const group = groupOf(core, named);
  const { createdMs } = core.store.size(group);
  const events = core.store.read(group);
  const [first, last] = [events[0], events.at(-1)];
  if (!group.stream?.name.startsWith(logStreamNamePrefix) || !first || !last) return { logStreams: [] };
  const { name } = group.stream;
  const stream = {
    ...{ logStreamName: name, arn: arn('logs', `log-group:${group.name}:log-stream:${name}`) },
    ...{ creationTime: createdMs, firstEventTimestamp: first.timestamp },
    ...{ lastEventTimestamp: last.timestamp, lastIngestionTime: last.timestamp, storedBytes: 0 },
  };
  return { logStreams: [stream] };
};

export const groupActions: Readonly<Record<string, Action>> = {
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
};
