/**
 * Time and names for tests of state machines: hours of waiting take no time, and every run sees the same clock.
 *
 *     const timer = virtualTimer();
 *     await startMachine(machine, { about: aboutExecution({ n: 1 }), tasks, timer }).outcome;
 *     timer.slept; // [30_000]: milliseconds of each wait and each backoff
 */
export { aboutExecution } from './aboutExecution.ts';
export { virtualTimer } from './virtualTimer.ts';
