import { z } from 'zod';
import type { MetricDatum } from '../contracts.ts';

/** Member `_aws` of a log line in CloudWatch's embedded metric format. */
const metadata = z.object({
  CloudWatchMetrics: z.array(
    z.object({
      Namespace: z.string().min(1),
      Dimensions: z.array(z.array(z.string()).max(30)),
      Metrics: z.array(z.object({ Name: z.string().min(1), Unit: z.string().default('None') })).max(100),
    }),
  ),
});

const line = z.looseObject({ _aws: metadata });

/** A metric's value in the line: one number, or up to 100 of them. */
const numbers = z.union([z.number().transform((one) => [one]), z.array(z.number()).max(100)]);

/**
 * The metrics that a line of a function's log carries: each metric once for each set of dimensions. CloudWatch passes
 * over what it cannot read, and so does this: any other line, a metric without a number, a set with a dimension that
 * the line has no text for.
 */
export const metricsOf = (text: string): MetricDatum[] => {
  if (!text.startsWith('{') || !text.includes('"_aws"')) return [];
  const parsed = line.safeParse(parsedJson(text));
  if (!parsed.success) return [];
  const { _aws, ...members } = parsed.data;
  return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = dimensionsOf(names, members);
      if (dimensions === undefined) return [];
      return Metrics.flatMap(({ Name, Unit }) => {
        const values = numbers.safeParse(members[Name]).data ?? [];
        return values.map((value) => ({ namespace: Namespace, name: Name, dimensions, value, unit: Unit }));
      });
    }),
  );
};

const dimensionsOf = (
  names: readonly string[],
  members: Record<string, unknown>,
): Record<string, string> | undefined => {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = members[name];
    if (typeof value !== 'string') return undefined;
    found[name] = value;
  }
  return found;
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
