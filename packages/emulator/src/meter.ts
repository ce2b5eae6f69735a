import type { Measure } from './contracts.ts';

/** Measures one thing of a service: its name among the service's metrics, and its value. */
export type Meter = (name: string, value: number, unit?: 'Count' | 'Milliseconds' | 'Bytes') => void;

/** What an AWS service publishes of one resource. Names, units and dimensions are those of its documentation. */
export const meterOf =
  (measure: Measure | undefined, namespace: string, dimensions: Readonly<Record<string, string>>): Meter =>
  (name, value, unit = 'Count') =>
    measure?.({ namespace, name, dimensions, value, unit });
