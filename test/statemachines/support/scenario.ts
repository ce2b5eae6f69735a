import type { Outcome } from 'headrace-asl';
import type { Faults, Run } from './run.ts';

/** How a run has to end. */
export interface End {
  status: Outcome['status'];
  error?: string;
}

/** A run that is told what to meet, and how it ends then. */
export interface Scenario extends Run {
  name: string;
  ends: End;
}

/** What is known of a machine beyond its definition, so that faults can be put before each of its tasks. */
export interface Course {
  /** A run that calls every task but those that only failures lead to. */
  base: Scenario;
  /** The faults that lead to those, by the task's path. */
  reach: { readonly [state: string]: { faults: Faults; ends: End } };
  /** The error a run ends with when this task has failed for good; undefined: it succeeds all the same. */
  endOf: (state: string, error: string) => string | undefined;
  /** Every other way through the machine. */
  paths: { readonly [key: string]: Scenario };
}
