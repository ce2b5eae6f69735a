import { join } from 'node:path';
import type { JsonService, Timer } from '../contracts.ts';
import type { Faults } from '../faults/faults.ts';
import { arn } from '../iam/arns.ts';
import type { Access } from '../iam/authority.ts';
import { openLogFile } from '../lambda/logFile.ts';
import { groupFileOf, logFolder } from '../logs/files.ts';
import { objectArn } from '../s3/permissions.ts';
import type { EmulatorServices } from '../services.ts';
import { type Deliveries, startDeliveries } from './deliveries.ts';
import type { DeliverySpec } from './deliverySpec.ts';
import { objectActions } from './permissions.ts';

interface RunningOptions {
  services: EmulatorServices;
  timer: Timer;
  access: Access;
  /** Writes go wrong by the rules of `{service: 'firehose', operation: 'DeliverToS3'}`. */
  faults?: Faults;
  dataDir: string;
  onError(error: unknown): void;
}

/** Starts the delivery streams: each writes as its role, and what fails goes to its log. */
export const deliveriesOf = ({
  services,
  timer,
  access,
  faults,
  dataDir,
  onError,
}: RunningOptions): Deliveries => {
  const { firehose, kinesis, objects, cloudwatch } = services;
  return startDeliveries(firehose.specs(), {
    ...{ kinesis, timer, onError, store: firehose.store, measure: cloudwatch.measure },
    put: async (spec, key, body) => {
      const write = writing(() => {
        const asks = objectActions.map((action) => ({ action, resource: objectArn(spec.bucket, key) }));
        access.permitOf(spec.role)?.(...asks);
        objects.put(spec.bucket, key, body);
      });
      await (faults?.inProcess(write) ?? write).call('DeliverToS3', {}, { accessKeyId: spec.role });
    },
    log: (spec, entry) => logTo(logFolder(dataDir), spec, access, entry),
  });
};

/** A write as faults know calls. */
const writing = (write: () => void): JsonService => ({
  name: 'firehose',
  targetPrefix: '',
  jsonVersion: '1.1',
  call: async () => {
    write();
    return {};
  },
});

/** What the role may not write is lost without a word, as on AWS. */
const logTo = (folder: string, { log, role }: DeliverySpec, access: Access, entry: object): void => {
  if (log === undefined || !mayLog(access, role, log)) return;
  const file = openLogFile(join(folder, groupFileOf(log.group)));
  file.entry(entry);
  file.close();
};

const mayLog = (
  access: Access,
  role: string,
  { group, stream }: NonNullable<DeliverySpec['log']>,
): boolean => {
  try {
    access.permitOf(role)?.({
      action: 'logs:PutLogEvents',
      resource: arn('logs', `log-group:${group}:log-stream:${stream}`),
    });
    return true;
  } catch {
    return false;
  }
};
