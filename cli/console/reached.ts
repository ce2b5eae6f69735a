import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { createHistory, type Step } from '../../client/executionHistory.ts';
import type { StateOfRun } from '../../console/contract.ts';

/** Tries of one state that are told. */
const ERRORS = 5;

interface Counted {
  entered: number;
  left: number;
  ms: number;
  items: StateOfRun['items'];
  errors: string[];
}

const count = (counted: Counted, step: Step): void => {
  if (step.kind === 'entered') counted.entered += 1;
  if (step.kind === 'left') {
    counted.left += 1;
    counted.ms += step.ms;
  }
  if (step.kind === 'failed') counted.errors = [step.reason, ...counted.errors].slice(0, ERRORS);
  if (step.kind === 'map') counted.items = { ended: 0, total: step.total };
  if (step.kind === 'iteration') counted.items = { ended: step.ended, total: step.total };
};

/** One that was entered and not left: it is at work, or the run has ended in it. */
const statusOf = ({ entered, left }: Counted, runs: boolean): StateOfRun['status'] => {
  if (left >= entered) return 'succeeded';
  return runs ? 'running' : 'failed';
};

/** Which states an execution has reached, in the order in which it first did, and how it went there. */
export const reachedBy = (events: Iterable<HistoryEvent>, status: string): StateOfRun[] => {
  const states = new Map<string, Counted>();
  const history = createHistory((step) => {
    const counted = states.get(step.state) ?? { entered: 0, left: 0, ms: 0, items: null, errors: [] };
    states.set(step.state, counted);
    count(counted, step);
  });
  for (const event of events) history.add(event);
  const ended = status === 'SUCCEEDED';
  return [...states].map(([name, counted]) => ({
    name,
    ...counted,
    // Succeed and Fail are left by the end of the run itself.
    status: ended && counted.left < counted.entered ? 'succeeded' : statusOf(counted, status === 'RUNNING'),
  }));
};
