import type { FunctionSpec } from '../lambda/functionSpec.ts';
import type { LogFile } from '../lambda/logFile.ts';
import { arn } from './arns.ts';
import type { Access } from './authority.ts';

/**
 * Lambda writes a function's log as the function's role, and where that may not, the lines are lost without a word:
 * so they are here.
 */
export const logFor = (access: Access, { role, name }: FunctionSpec, log: LogFile): LogFile => {
  const permit = access.permitOf(role);
  if (permit === undefined) return log;
  const group = arn('logs', `log-group:/aws/lambda/${name}`);
  const mayWrite = (): boolean => {
    try {
      permit(
        { action: 'logs:CreateLogStream', resource: `${group}:log-stream:` },
        { action: 'logs:PutLogEvents', resource: `${group}:log-stream:${name}` },
      );
      return true;
    } catch {
      return false;
    }
  };
  let known: boolean | undefined;
  const may = (): boolean => {
    known ??= mayWrite();
    return known;
  };
  return {
    line: (text) => (may() ? log.line(text) : undefined),
    entry: (record) => (may() ? log.entry(record) : undefined),
    close: () => log.close(),
  };
};
