import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { sharedData } from '../../sharedData.ts';
import { compileMachine } from '../src/compile/machine.ts';
import { type RecordedTasks, replay, sameAnswer, samePath } from './support/replayed.ts';

/** The scores stand in README.md too. They may only rise. */
const floor = { executions: 70, histories: 70, refusals: 33 };

const executions = sharedData('vectors/asl/derived/aws_recorded_tasks.dev.jsonl.gz');
const refusals = sharedData('vectors/asl/derived/aws_create_refused.dev.jsonl.gz');

const lines = <T>(path: string): T[] =>
  gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Fields that are refused by name: their recordings have no answer of ours. */
const refused = /"(ItemReader|ItemBatcher|ResultWriter)":/;

/** Tasks in child executions of a Map Run: what those did is not in the parent's recording. */
const unrecorded = [
  'local_mocking/test_base_scenarios.py::TestBaseScenarios::test_map_state_lambda',
  'scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_nested_config_distributed_no_max_max_concurrency',
];

(executions ? describe : describe.skip)('executions with tasks, recorded on AWS', () => {
  const all = executions ? lines<RecordedTasks>(executions) : [];
  const ours = all.filter(
    ({ id, definition }) => !refused.test(JSON.stringify(definition)) && !unrecorded.includes(id),
  );

  test('each ends with the status, output, error and cause AWS gave', async () => {
    const misses = [];
    for (const recorded of ours) {
      const answer = await replay(recorded);
      if (!sameAnswer(recorded, answer)) misses.push({ id: recorded.id, answer: { ...answer, events: [] } });
    }

    expect(misses).toEqual([]);
    expect(ours).toHaveLength(floor.executions);
  });

  test('each went the way it went on AWS: the same events in the same order', async () => {
    const same = [];
    for (const recorded of ours) if (samePath(recorded, await replay(recorded))) same.push(recorded.id);

    expect(same.length).toBeGreaterThanOrEqual(floor.histories);
  });

  test('those that are refused say by which field', async () => {
    for (const recorded of all.filter(({ definition }) => refused.test(JSON.stringify(definition))))
      expect(await replay(recorded)).toMatchObject({
        status: 'REFUSED',
        reason: expect.stringMatching(
          /^Field '(ItemReader|ResultWriter)' is not supported by this interpreter/,
        ),
      });
  });
});

interface Refusal {
  id: string;
  definitions: string[];
  expected: object;
}

/** What the recording is about besides the definition: Express machines, paging, a resource of another service. */
const elsewhere =
  /pagination|test_illegal_callbacks|test_invalid_integration|test_put_item_invalid_table_name/;

(refusals ? test : test.skip)(
  'every definition that AWS refused is refused, for the same kind of reason',
  () => {
    const ours = (refusals ? lines<Refusal>(refusals) : []).filter(({ id }) => !elsewhere.test(id));

    const accepted = ours.filter(({ definitions }) =>
      definitions.some(
        (definition) =>
          compileMachine(definition, { refusal: () => undefined }).problems[0]?.code !==
          'SCHEMA_VALIDATION_FAILED',
      ),
    );

    expect(accepted.map(({ id }) => id)).toEqual([]);
    expect(ours).toHaveLength(floor.refusals);
  },
);
