import { columns } from '#project';
import type { CatalogColumn } from './eventType.ts';

/**
 * The column catalog: one name, one type, in every event type. Flat, so that BI tools and people can use them.
 *
 * It only grows. Athena reads old partitions with the columns they were built with, so a column that changes its type
 * breaks every query over them (HIVE_PARTITION_SCHEMA_MISMATCH): a changed meaning or type gets a new name. New
 * columns go to the end. events/columns.lock.json holds both rules.
 */
export const catalogColumns: readonly CatalogColumn[] = columns;
