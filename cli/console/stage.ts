import type { StageAccess } from '../../client/access.ts';
import { type Lakehouse, openLakehouse } from '../../client/lakehouse.ts';
import { RecentParts } from '../../client/windows/recent.ts';

/** The stage that the console shows, and what is kept between calls. */
export interface ConsoleStage {
  access: StageAccess;
  lakehouse(): Promise<Lakehouse>;
  /** of windows: each object is read once */
  parts(): Promise<RecentParts>;
}

/** The same promise for all who ask, and a new one after one that failed: a stage may come back. */
const kept = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  let value: Promise<Value> | undefined;
  return () => {
    value ??= make().catch((error: unknown) => {
      value = undefined;
      throw error;
    });
    return value;
  };
};

export const consoleStage = (access: StageAccess): ConsoleStage => {
  const lakehouse = kept(() => openLakehouse(access));
  return { access, lakehouse, parts: kept(async () => new RecentParts((await lakehouse()).store)) };
};
