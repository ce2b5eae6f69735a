import { describe, expect, test } from '@jest/globals';
import { machinePicture, machinePictureOf } from '../../scripts/docs/machinePicture.ts';
import { wayPicture } from '../../scripts/docs/wayPicture.ts';

const machine = `
StartAt: Work
States:
  Work:
    Type: Map
    MaxConcurrency: 2
    ItemProcessor:
      StartAt: Do
      States:
        Do:
          Type: Task
          Resource: arn:aws:states:::lambda:invoke
          Parameters: { FunctionName: { Fn::GetAtt: [build, Arn] } }
          Catch: [{ ErrorEquals: [States.ALL], Next: Note }]
          End: true
        Note: { Type: Pass, End: true }
    Next: Good?
  Good?:
    Type: Choice
    Choices:
      - { Variable: $.report.status, StringEquals: DONE, Next: Done }
      - And: [{ Variable: $.tries, NumericLessThan: 3 }, { Variable: $.more, BooleanEquals: true }]
        Next: Work
    Default: Broken
  Done: { Type: Succeed }
  Broken: { Type: Fail }
`;

test('a machine is drawn with what its Map repeats, its choices in words, and where a failure goes', () => {
  expect(machinePicture(machine).split('\n').slice(2, -1)).toEqual([
    '  n__start((" "))',
    '  n__start --> n_Work',
    '  subgraph n_Work["Work: for each item, 2 at a time"]',
    '    n_Work_0_Do["Do<br>function build"]',
    '    n_Work_0_Note("Note")',
    '    n_Work_0_Do -.-> n_Work_0_Note',
    '  end',
    '  n_Good_{"Good?"}',
    '  n_Done(["Done<br>succeeds"])',
    '  n_Broken(["Broken<br>fails"])',
    '  n_Work --> n_Good_',
    '  n_Good_ -->|"status = DONE"| n_Done',
    '  n_Good_ -->|"tries #lt; 3 and more"| n_Work',
    '  n_Good_ -->|"else"| n_Broken',
  ]);
});

test.each(['etl', 'backfill'])('no two states of %s are drawn as one', (name) => {
  const drawn = [...machinePictureOf(name).matchAll(/^ +(?:subgraph )?(n_\w+)[[({]/gm)].map(([, id]) => id);
  expect(drawn.length).toBeGreaterThan(10);
  expect(new Set(drawn).size).toBe(drawn.length);
});

describe('the way of an event', () => {
  const roleThatMay = (Action: string | string[], Resource: unknown) => ({
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: [{ Action, Resource }] } }] },
  });
  const functionOf = (Role: string) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Role: { 'Fn::GetAtt': [Role, 'Arn'] } },
  });
  const picture = (resources: Parameters<typeof wayPicture>[0]) => wayPicture(resources).split('\n');

  test('leads into a folder that a function may write, and out of one that it may read', () => {
    const lines = picture({
      CopyLambdaFunction: functionOf('CopyRole'),
      CopyRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [
            {
              PolicyDocument: {
                Statement: [
                  { Action: 's3:GetObject', Resource: { 'Fn::Sub': `\${Lake.Arn}/from/dt=*/x` } },
                  { Action: ['s3:PutObject'], Resource: [{ 'Fn::Sub': `\${Lake.Arn}/to/*` }] },
                ],
              },
            },
          ],
        },
      },
    });
    expect(lines).toContain('  n_Lake_from_ --> n_CopyLambdaFunction');
    expect(lines).toContain('  n_CopyLambdaFunction --> n_Lake_to_');
  });

  test('leaves out what tells of runs, and logs', () => {
    const lines = picture({
      NoteLambdaFunction: functionOf('NoteRole'),
      NoteRole: roleThatMay(
        ['s3:PutObject', 'logs:PutLogEvents'],
        [{ 'Fn::Sub': `\${Lake.Arn}/reports/*` }, { 'Fn::Sub': `\${Lake.Arn}/raw/*` }],
      ),
    });
    expect(lines.join('\n')).not.toContain('reports');
    expect(lines).toContain('  n_NoteLambdaFunction --> n_Lake_raw_');
  });

  test('shows a deletion as such', () => {
    const lines = picture({
      SweepLambdaFunction: functionOf('SweepRole'),
      SweepRole: roleThatMay('s3:DeleteObject', { 'Fn::Sub': `\${Lake.Arn}/events/*` }),
    });
    expect(lines).toContain('  n_SweepLambdaFunction -.->|"deletes"| n_Lake_events_');
  });
});
