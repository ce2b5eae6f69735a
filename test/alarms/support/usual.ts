import type { Measure } from 'headrace-emulator';
import type { TemplateResource } from 'headrace-emulator/template';

/** What it takes to speak as the stage: its measurements, its resources by logical id, its clock. */
export interface Speaker {
  measure: Measure;
  resource(logicalId: string): TemplateResource;
  now(): number;
}

/** What a stage that is well says of itself in a minute: events come in, land, are built, and a few are bad. */
export const sayUsual = (
  { measure, resource, now }: Speaker,
  { runs = true, events = true }: { runs?: boolean; events?: boolean },
): void => {
  const own = (service: string, name: string, value: number): void =>
    measure({ namespace: 'Headrace/prod', name, dimensions: { service }, value, unit: 'Count' });
  const aws = (namespace: string, dimension: string, id: string, values: Record<string, number>): void => {
    const dimensions = { [dimension]: resource(id).ref };
    for (const [name, value] of Object.entries(values))
      measure({ namespace, name, dimensions, value, unit: 'Count' });
  };
  if (events) {
    own('collect', 'EventsAccepted', 600);
    own('land', 'RowsLanded', 590);
    own('land', 'LinesQuarantined', 10);
    // A deployment of the function, a cold start: some requests fail or are slow, always.
    const isOdd = Math.floor(now() / 60_000) % 7 === 0;
    for (let i = 0; i < 600; i += 1)
      aws('AWS/ApiGateway', 'ApiId', 'HttpApi', { Latency: isOdd && i < 2 ? 4_000 : 40 });
    aws('AWS/ApiGateway', 'ApiId', 'HttpApi', { Count: 600, '5xx': isOdd ? 1 : 0 });
    aws('AWS/Kinesis', 'StreamName', 'EventStream', { WriteProvisionedThroughputExceeded: 0 });
    aws('AWS/Lambda', 'FunctionName', 'LandLambdaFunction', { IteratorAge: 65_000, Errors: 0 });
    aws('AWS/Lambda', 'FunctionName', 'WindowsLambdaFunction', { IteratorAge: 65_000, Errors: 0 });
    aws('AWS/Lambda', 'FunctionName', 'PostgresLambdaFunction', { IteratorAge: 9_000, Errors: 0 });
    own('postgres', 'PostgresFailures', 0);
    aws('AWS/RDS', 'DBClusterIdentifier', 'PostgresCluster', { ACUUtilization: 40 });
  }
  if (runs && Math.floor(now() / 60_000) % 15 === 0) {
    own('plan', 'OldestDirtySeconds', 900);
    aws('AWS/States', 'StateMachineArn', 'EtlStateMachine', { ExecutionsSucceeded: 1 });
    aws('AWS/Lambda', 'FunctionName', 'RecordFailureLambdaFunction', { Errors: 0 });
  }
};
