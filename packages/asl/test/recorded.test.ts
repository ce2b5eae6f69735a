import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sharedData } from '../../sharedData.ts';
import { compileMachine } from '../src/compile/machine.ts';
import { type Answer, agrees, answer, type Recorded, recordedFailure } from './support/recorded.ts';

/** The score stands in README.md too. It may only rise. */
const floor = { agreeing: 467, answers: 467, histories: 211 };

const folder = 'vectors/asl/derived/';
const executions = sharedData(`${folder}aws_recorded_pure_verified.dev.jsonl`);
const choices = sharedData(`${folder}aws_recorded_choice.dev.jsonl`);
const verdicts = sharedData(`${folder}statelint_verdicts.json`);
const lint = sharedData('vectors/asl/statelint/test/has-dupes.json');

const lines = (path: string): Recorded[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** One execution was still running when its recording was taken: there is no answer to agree with. */
const answered = (recorded: Recorded): boolean => recorded.status !== null;

/** What our machines are written in; the rest is there for completeness. */
const plain = ({ jsonata, definition }: Recorded): boolean =>
  jsonata !== true && !/"Assign"|DISTRIBUTED/.test(JSON.stringify(definition));

const compare = async (recorded: Recorded[]): Promise<{ recorded: Recorded; answer: Answer }[]> => {
  const compared = [];
  for (const each of recorded) compared.push({ recorded: each, answer: await answer(each) });
  return compared;
};

(executions && choices ? describe : describe.skip)('against answers recorded on AWS', () => {
  const all = [...(executions ? lines(executions) : []), ...(choices ? lines(choices) : [])].filter(answered);

  test('every machine in plain JSONPath ends with the status and output AWS gave', async () => {
    const compared = await compare(all.filter(plain));

    const misses = compared.filter((each) => !agrees(each.recorded, each.answer));
    expect(misses.map(({ recorded, answer: got }) => ({ id: recorded.id, got }))).toEqual([]);
    expect(compared).toHaveLength(382);
  });

  test('the score over all recorded answers does not fall', async () => {
    const compared = await compare(all);

    const agreeing = compared.filter((each) => agrees(each.recorded, each.answer));
    const histories = agreeing.filter(({ recorded, answer: got }) => sameHistory(recorded, got));
    expect(all).toHaveLength(floor.answers);
    expect(agreeing.length).toBeGreaterThanOrEqual(floor.agreeing);
    expect(histories.length).toBeGreaterThanOrEqual(floor.histories);
  });

  test('a failure has the cause AWS gave, word for word', async () => {
    const compared = await compare(all.filter(({ status }) => status === 'FAILED'));

    const differing = compared.filter(({ recorded, answer: got }) => {
      // The recorder put placeholders for what stood inside of some causes.
      const wanted = String(recordedFailure(recorded).cause ?? 'undefined').split("'<json-input")[0] ?? '';
      return !String(got.reason).startsWith(wanted);
    });
    expect(differing.map(({ recorded, answer: got }) => [recorded.id, got.reason])).toEqual([]);
  });
});

/** Ids of events of parallel branches were taken out by the recorder: only their kinds can be compared. */
const sameHistory = ({ events = [] }: Recorded, got: Answer): boolean => {
  const scrambled = events.some((event) => typeof event.id !== 'number');
  const kind = (event: { id: unknown; previousEventId: number; type: string }) =>
    scrambled ? event.type : `${event.id} ${event.previousEventId} ${event.type}`;
  const [wanted, made] = [events.map(kind), got.events.map(kind)];
  return scrambled ? wanted.sort().join() === made.sort().join() : wanted.join() === made.join();
};

(verdicts && lint ? test : test.skip)('definitions are accepted and refused as statelint does', () => {
  const cases: { file: string; problems: number }[] = JSON.parse(readFileSync(verdicts ?? '', 'utf8'));

  const differing = cases.filter(({ file, problems }) => {
    const text = readFileSync(sharedData(`vectors/asl/statelint/${file}`) ?? '', 'utf8');
    return (problems === 0) !== (compileMachine(text, { refusal: () => undefined }).machine !== undefined);
  });

  expect([...new Set(differing.map(({ file }) => file))]).toEqual([
    // Two verdicts name this file although they are about others: a slip of the list.
    'test/succeed-with-comment-in-catcher.json',
    // AWS wants RoleArn with a capital R (recorded); statelint takes any Credentials.
    'test/task-with-credentials.json',
  ]);
});
