import { AwsError } from '../contracts.ts';

/** The action of that name, or the error that says what of the service is emulated. */
export const findAction = <T>(service: string, actions: Readonly<Record<string, T>>, name: string): T => {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action !== undefined) return action;
  const known = Object.keys(actions).sort().join(', ');
  throw new AwsError(
    'UnknownOperationException',
    `Emulator: ${service}.${name} is not emulated. Emulated: ${known}. See docs/differences.md of headrace-emulator.`,
  );
};
