import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { HeadraceError } from '../errors.ts';
import { calling } from './failures.ts';

/** Calls a function and waits for its answer. Throws Transient if the function failed: whoever calls tries again later. */
export const invoke = async (client: LambdaClient, name: string, input: object): Promise<unknown> => {
  const command = new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(input)) });
  const { FunctionError, Payload } = await calling(`Calling ${name}`, () => client.send(command));
  const text = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError !== undefined)
    throw new HeadraceError('Transient', `${name} failed: ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
};
