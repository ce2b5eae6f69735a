import { compileMachine, StatesError, startMachine, type TaskRunner } from 'headrace-asl';
import { aboutExecution, virtualTimer } from 'headrace-asl/testing';

const definition = JSON.stringify({
  StartAt: 'Ask',
  States: {
    Ask: { Type: 'Task', Resource: 'greeter', Retry: [{ ErrorEquals: ['Busy'] }], Next: 'Rest' },
    Rest: { Type: 'Wait', Seconds: 3600, End: true },
  },
});
let calls = 0;
const tasks: TaskRunner = {
  refusal: (resource) => (resource === 'greeter' ? undefined : `cannot call ${resource}`),
  run: async ({ input }) => {
    calls += 1;
    if (calls === 1) throw new StatesError('Busy', 'ask again');
    return { hello: input };
  },
};

const { machine, problems } = compileMachine(definition, tasks);
if (machine === undefined) throw new Error(JSON.stringify(problems));
const timer = virtualTimer();
const { outcome } = startMachine(machine, { about: aboutExecution('you'), tasks, timer });
console.log(await outcome, timer.slept);
// { status: 'SUCCEEDED', output: '{"hello":"you"}' } [ 1000, 3600000 ]
