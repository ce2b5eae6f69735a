import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import { prefixFault } from './prefix.ts';

/** A delivery stream from a Kinesis stream to a bucket, with Firehose's defaults. */
export interface DeliverySpec {
  name: string;
  /** begins with 1, and grows by one with every change of the configuration */
  version: number;
  streamArn: string;
  /** writes to the bucket and the log */
  role: string;
  bucket: string;
  prefix: string;
  bufferBytes: number;
  bufferMs: number;
  gzip: boolean;
  extension: string;
  /** put after every record */
  delimiter: string;
  log: { group: string; stream: string } | undefined;
}

const MiB = 1024 * 1024;

/** Templates say booleans as text, too. */
const flag = z.union([z.boolean(), z.stringbool()]);

const notEmulated = (what: string) => z.undefined(`${what} is not emulated`).optional();
const off = (what: string) =>
  z.object({ Enabled: flag.refine((on) => !on, `${what} is not emulated`).default(false) }).optional();

/** AWS knows one parameter, and takes the processor without it too; templates write the line break as such or as `\n`. */
const delimiter = z.object({
  Type: z.literal('AppendDelimiterToRecord', 'of the processors only AppendDelimiterToRecord is emulated'),
  Parameters: z
    .array(z.object({ ParameterName: z.literal('Delimiter'), ParameterValue: z.string() }))
    .max(1)
    .optional(),
});

const processing = z
  .object({ Enabled: flag.default(false), Processors: z.array(delimiter).max(1).default([]) })
  .optional();

const logging = z
  .object({
    Enabled: flag.default(false),
    LogGroupName: z.string().optional(),
    LogStreamName: z.string().optional(),
  })
  .optional();

const destination = z
  .object({
    BucketARN: z.string().startsWith('arn:aws:s3:::'),
    RoleARN: z.string().startsWith('arn:'),
    Prefix: z.string().default(''),
    ErrorOutputPrefix: z.string().optional(),
    BufferingHints: z
      .object({
        IntervalInSeconds: z.coerce.number().int().min(0).max(900).default(300),
        SizeInMBs: z.coerce.number().int().min(1).max(128).default(5),
      })
      .default({ IntervalInSeconds: 300, SizeInMBs: 5 }),
    CompressionFormat: z
      .enum(['UNCOMPRESSED', 'GZIP'], 'of the compressions only GZIP is emulated')
      .default('UNCOMPRESSED'),
    FileExtension: z.string().startsWith('.').optional(),
    CustomTimeZone: z.literal('UTC', 'only UTC is emulated').optional(),
    CloudWatchLoggingOptions: logging,
    EncryptionConfiguration: z.unknown().optional(),
    ProcessingConfiguration: processing,
    S3BackupMode: z.literal('Disabled', 'a backup is not emulated').optional(),
    S3BackupConfiguration: notEmulated('a backup'),
    DynamicPartitioningConfiguration: off('dynamic partitioning'),
    DataFormatConversionConfiguration: off('conversion to Parquet or ORC'),
  })
  .superRefine(({ Prefix, ErrorOutputPrefix }, context) => {
    const fault = prefixFault(Prefix, ErrorOutputPrefix);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

const properties = z.object({
  DeliveryStreamType: z.literal(
    'KinesisStreamAsSource',
    'only KinesisStreamAsSource is emulated: a Kinesis stream is the source',
  ),
  KinesisStreamSourceConfiguration: z.object({
    KinesisStreamARN: z.string().includes(':kinesis:'),
    RoleARN: z.string().startsWith('arn:'),
  }),
  ExtendedS3DestinationConfiguration: destination,
});

/** Destinations that a template may name instead of the one in S3. */
const others = /^(?!ExtendedS3)\w+DestinationConfiguration$/;

type Destination = z.infer<typeof destination>;

const delimiterOf = ({ ProcessingConfiguration }: Destination): string => {
  const [processor] = ProcessingConfiguration?.Processors ?? [];
  if (!ProcessingConfiguration?.Enabled || processor === undefined) return '';
  return (processor.Parameters?.[0]?.ParameterValue ?? '\n').replaceAll('\\n', '\n');
};

const logOf = ({ CloudWatchLoggingOptions: options }: Destination): DeliverySpec['log'] =>
  options?.Enabled && options.LogGroupName !== undefined && options.LogStreamName !== undefined
    ? { group: options.LogGroupName, stream: options.LogStreamName }
    : undefined;

/** Throws an Error naming the property that is wrong, or that the emulator cannot honor. */
export const deliverySpec = (name: string, version: number, given: JsonObject): DeliverySpec => {
  const other = Object.keys(given).find((key) => others.test(key));
  if (other !== undefined) throw new Error(`${other}: only ExtendedS3DestinationConfiguration is emulated`);
  const parsed = properties.safeParse(given);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { KinesisStreamSourceConfiguration: source, ExtendedS3DestinationConfiguration: to } = parsed.data;
  const gzip = to.CompressionFormat === 'GZIP';
  return {
    ...{ name, version, streamArn: source.KinesisStreamARN, role: to.RoleARN },
    bucket: to.BucketARN.slice('arn:aws:s3:::'.length),
    prefix: to.Prefix,
    bufferBytes: to.BufferingHints.SizeInMBs * MiB,
    bufferMs: to.BufferingHints.IntervalInSeconds * 1_000,
    gzip,
    extension: to.FileExtension ?? (gzip ? '.gz' : ''),
    delimiter: delimiterOf(to),
    log: logOf(to),
  };
};
