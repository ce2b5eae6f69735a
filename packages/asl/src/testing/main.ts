export { aboutExecution } from './aboutExecution.ts';
export { virtualTimer } from './virtualTimer.ts';
