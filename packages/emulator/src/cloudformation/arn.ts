import { arn } from '../iam/arns.ts';

/** AWS::StackId. The last part is a UUID on AWS; here there is one stack of a name. */
export const stackArn = (name: string): string => arn('cloudformation', `stack/${name}/local`);
