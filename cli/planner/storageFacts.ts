import { z } from 'zod';
import { EVENTS, RAW } from '../../src/lake/layout.ts';
import { number, one, type Resources } from './templateReading.ts';

/** Where raw objects are kept, and from which day of their life on. */
interface StorageStep {
  fromDay: number;
  storageClass: 'STANDARD' | 'STANDARD_IA' | 'GLACIER_IR';
  /** smaller objects stay where they are */
  fromBytes: number;
}

export interface RawLife {
  steps: StorageStep[];
  expiresAfterDays: number;
}

export const bucket = z.object({
  LifecycleConfiguration: z.object({
    Rules: z.array(
      z.object({
        Status: z.string(),
        Prefix: z.string().optional(),
        ObjectSizeGreaterThan: number.default(0),
        Transitions: z.array(z.object({ StorageClass: z.string(), TransitionInDays: number })).default([]),
        ExpirationInDays: number.optional(),
      }),
    ),
  }),
});

const storageClass = z.enum(['STANDARD_IA', 'GLACIER_IR']);

export const rawOf = (resources: Resources): RawLife => {
  const { Rules } = one(resources, 'LakeBucket', bucket).LifecycleConfiguration;
  const rules = Rules.filter(({ Status, Prefix }) => Status === 'Enabled' && Prefix === RAW);
  const cooled = rules.flatMap(({ Transitions, ObjectSizeGreaterThan }) =>
    Transitions.map((step) => ({
      fromDay: step.TransitionInDays,
      storageClass: storageClass.parse(step.StorageClass),
      fromBytes: ObjectSizeGreaterThan,
    })),
  );
  const ends = rules.flatMap(({ ExpirationInDays }) => ExpirationInDays ?? []);
  const first = { fromDay: 0, storageClass: 'STANDARD' as const, fromBytes: 0 };
  return {
    steps: [first, ...cooled].sort((a, b) => a.fromDay - b.fromDay),
    expiresAfterDays: Math.min(Number.POSITIVE_INFINITY, ...ends),
  };
};

export const tieringOf = (resources: Resources): number | undefined => {
  const { Rules } = one(resources, 'LakeBucket', bucket).LifecycleConfiguration;
  const steps = Rules.filter(({ Status, Prefix }) => Status === 'Enabled' && Prefix === EVENTS).flatMap(
    ({ Transitions }) => Transitions,
  );
  return steps.find((step) => step.StorageClass === 'INTELLIGENT_TIERING')?.TransitionInDays;
};
