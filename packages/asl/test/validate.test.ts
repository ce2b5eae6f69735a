import { describe, expect, test } from '@jest/globals';
import { compileMachine } from '../src/compile/machine.ts';
import type { JsonObject } from '../src/values.ts';

const support = {
  refusal: (resource: string) => (resource === 'known' ? undefined : `cannot call ${resource}`),
};
const problemsOf = (definition: unknown) => {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  return compileMachine(text, support).problems.map(({ location, message }) => `${location}: ${message}`);
};
const states = (States: JsonObject) => ({ StartAt: 'A', States });
const task = (fields: JsonObject) => states({ A: { Type: 'Task', Resource: 'known', End: true, ...fields } });

const choice = (rule: JsonObject): JsonObject =>
  states({ A: { Type: 'Choice', Choices: [{ ...rule, Next: 'B' }] }, B: { Type: 'Succeed' } });

const map = (fields: JsonObject, inner = 'I'): JsonObject => {
  const ItemProcessor = { StartAt: inner, States: { [inner]: { Type: 'Succeed' } } };
  return states({ A: { Type: 'Map', ItemProcessor, End: true, ...fields } });
};

type Case = [name: string, definition: JsonObject, wanted: string];
const noTime = (Timestamp: string): Case => [
  `the Timestamp ${Timestamp}`,
  states({ A: { Type: 'Wait', Timestamp, End: true } }),
  '/States/A/Timestamp: String does not match RFC3339 timestamp',
];
const badLabel = (Label: string): Case => [
  `the Label ${JSON.stringify(Label)}`,
  map({ Label }),
  '/States/A/Label: Label must not have white space',
];

describe('a definition is refused before it runs', () => {
  test.each<[string, unknown, string]>([
    ['no JSON', '{', ': Expected property name'],
    ['no object', '[]', ': Definition must be a valid JSON object'],
    ['an unknown field', task({ TimeoutSecond: 3 }), "/States/A: Field 'TimeoutSecond' is not supported"],
    ['an unknown resource', task({ Resource: 'x' }), '/States/A/Resource: cannot call x'],
    ['an unknown type', states({ A: { Type: 'Loop' } }), '/States/A: "Loop" is not a type of state'],
    ['Next and End together', task({ Next: 'A' }), '/States/A: A state needs either Next or "End": true'],
    [
      'a target that is not there',
      states({ A: { Type: 'Pass', Next: 'B' } }),
      "/States/A: Missing 'Next' target: B",
    ],
    [
      'a state nothing leads to',
      states({ A: { Type: 'Succeed' }, B: { Type: 'Succeed' } }),
      '/States/B: State "B" is not reachable.',
    ],
    ['no way to end', states({ A: { Type: 'Pass', Next: 'A' } }), '/States: No terminal state'],
    ['a broken path', task({ InputPath: '$.a[' }), '/States/A/InputPath: expected a name in quotes'],
    [
      'a broken path in a template',
      task({ Parameters: { x: { 'y.$': '$..' } } }),
      '/States/A/Parameters/x/y.$: expected a name',
    ],
    [
      'a ResultPath to many places',
      task({ ResultPath: '$.a[*]' }),
      "/States/A/ResultPath: '$.a[*]' is not a reference path",
    ],
    [
      'a BackoffRate under 1',
      task({ Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] }),
      '/States/A/Retry/0/BackoffRate: ',
    ],
    [
      'States.ALL among others',
      task({ Retry: [{ ErrorEquals: ['E', 'States.ALL'] }] }),
      'States.ALL must be the only error name',
    ],
    [
      'States.ALL before others',
      task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }),
      'States.ALL may only stand in the last element of Retry',
    ],
    [
      'a JSONata field in JSONPath',
      task({ Arguments: {} }),
      "/States/A/Arguments: Field 'Arguments' is not supported in JSONPath",
    ],
    [
      'Credentials without a role',
      task({ Credentials: {} }),
      "/States/A/Credentials: The field 'RoleArn' is required but was missing",
    ],
    ...['2016-13-05T21:29:29Z', '2016-02-30T00:00:00Z', '2016-03-05T24:00:00Z', '2016-03-05 21:29:29Z'].map(
      noTime,
    ),
    ...['2016-03-05T21:29:29', '05-03-2016T21:29:29Z', '2016-03-05', "{% '2016-03-05T21:29:29Z' %}"].map(
      noTime,
    ),
    [
      'a Timestamp in JSONata that is neither a time nor an expression',
      { QueryLanguage: 'JSONata', ...states({ A: { Type: 'Wait', Timestamp: 'noon', End: true } }) },
      '/States/A/Timestamp: String does not match RFC3339 timestamp',
    ],
    ...['a b', 'a<', 'a}', 'a:', 'a\\', 'a~', 'a%', 'a"', 'a\u0002', 'a\u007f', 'a\u0085'].map(badLabel),
    ['an empty Label', map({ Label: '' }), '/States/A/Label: Label must not be empty'],
    [
      'a Label of 41 characters',
      map({ Label: 'x'.repeat(41) }),
      '/States/A/Label: Label must have at most 40',
    ],
    [
      'a double quote behind a backslash',
      task({ Parameters: { 'a.$': String.raw`States.Format('\"{}\"', $.a)` } }),
      String.raw`/States/A/Parameters/a.$: \" is not an escape sequence`,
    ],
    [
      'an n behind a backslash',
      task({ Parameters: { 'a.$': String.raw`States.StringSplit($.a, '\n')` } }),
      String.raw`\n is not an escape sequence`,
    ],
    [
      'an unknown operator',
      choice({ Variable: '$.a', NumericIs: 1 }),
      "/States/A/Choices[0]: 'NumericIs' is not an operator",
    ],
    [
      'an operand of the wrong type',
      choice({ Variable: '$.a', NumericEquals: '1' }),
      'The value of NumericEquals has the wrong type',
    ],
    [
      'a rule without Next',
      states({ A: { Type: 'Choice', Choices: [{ Variable: '$' }] } }),
      '/States/A/Choices[0]: A rule needs Next',
    ],
    [
      'two timeouts',
      task({ TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' }),
      'Only one of TimeoutSeconds and TimeoutSecondsPath',
    ],
    [
      'a Wait for nothing',
      states({ A: { Type: 'Wait', End: true } }),
      '/States/A: A Wait state needs exactly one of',
    ],
    [
      'an ItemReader',
      map({ ItemReader: {} }),
      "/States/A: Field 'ItemReader' is not supported by this interpreter",
    ],
    [
      'a name used twice',
      map({}, 'A'),
      "/States/A/ItemProcessor/States/A: The name 'A' is used by another state",
    ],
    [
      'half a JSONata expression',
      { QueryLanguage: 'JSONata', ...states({ A: { Type: 'Pass', Output: '{% 1', End: true } }) },
      'needs both {% and %}',
    ],
    [
      'a JSONata expression that is none',
      { QueryLanguage: 'JSONata', ...states({ A: { Type: 'Pass', Output: '{% 1 + %}', End: true } }) },
      'cannot be parsed',
    ],
  ])('%s', (_, definition, wanted) => {
    expect(problemsOf(definition).join('\n')).toContain(wanted);
  });

  test('everything that is wrong is said at once', () => {
    const wrong = states({
      A: { Type: 'Pass', Wrong: 1, Next: 'B' },
      B: { Type: 'Task', Resource: 'x', InputPath: '$[', End: true },
    });

    expect(problemsOf(wrong)).toHaveLength(3);
  });
});
