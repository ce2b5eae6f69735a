import { z } from 'zod';
import type { JsonObject } from '../../contracts.ts';
import { deliveryStreamArn } from '../arn.ts';
import { type Action, deliveryStreamNamed, parse } from '../core.ts';
import type { DeliveryStream } from '../store.ts';

const part = z.record(z.string(), z.json());
const configured = z.object({
  KinesisStreamSourceConfiguration: part,
  ExtendedS3DestinationConfiguration: part,
});

const described = ({ name, config, version, createdMs }: DeliveryStream): JsonObject => {
  const { KinesisStreamSourceConfiguration: source, ExtendedS3DestinationConfiguration: destination } =
    configured.parse(JSON.parse(config));
  return {
    DeliveryStreamName: name,
    DeliveryStreamARN: deliveryStreamArn(name),
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamType: 'KinesisStreamAsSource',
    VersionId: String(version),
    CreateTimestamp: createdMs / 1_000,
    HasMoreDestinations: false,
    Source: {
      KinesisStreamSourceDescription: { ...source, DeliveryStartTimestamp: createdMs / 1_000 },
    },
    Destinations: [
      { DestinationId: 'destinationId-000000000001', ExtendedS3DestinationDescription: destination },
    ],
  };
};

const name = z.object({ DeliveryStreamName: z.string().regex(/^[a-zA-Z0-9_.-]{1,64}$/) });

const listing = z.object({
  Limit: z.int().min(1).max(10_000).default(10),
  DeliveryStreamType: z.string().optional(),
  ExclusiveStartDeliveryStreamName: z.string().default(''),
});

export const describeActions: Readonly<Record<string, Action>> = {
  DescribeDeliveryStream: (core, input) => ({
    DeliveryStreamDescription: described(deliveryStreamNamed(core, parse(name, input).DeliveryStreamName)),
  }),
  ListDeliveryStreams({ store }, input) {
    const {
      Limit,
      DeliveryStreamType: type,
      ExclusiveStartDeliveryStreamName: after,
    } = parse(listing, input);
    const names = store.all().map((stream) => stream.name);
    const all =
      type === undefined || type === 'KinesisStreamAsSource' ? names.filter((each) => each > after) : [];
    return { DeliveryStreamNames: all.slice(0, Limit), HasMoreDeliveryStreams: all.length > Limit };
  },
};
