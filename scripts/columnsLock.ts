import { isBuildServer, keepColumnsLock } from '../compiler/columnsLock.ts';
import { ProjectError } from '../compiler/faults.ts';
import { projectFolder } from '../compiler/folder.ts';

interface Framework {
  classes: { Error: new (message: string) => Error };
}

interface Utils {
  log: { notice(message: string): void };
}

/** An osls plugin: whatever packages adds new columns to events/columns.lock.json first. */
class ColumnsLock {
  readonly hooks: Record<string, () => void>;

  constructor({ classes }: Framework, _options: unknown, { log }: Utils) {
    const keep = (): void => {
      try {
        const added = keepColumnsLock(projectFolder(), !isBuildServer(process.env));
        if (added.length > 0)
          log.notice(`events/columns.lock.json: added ${added.join(', ')}. Commit this file.`);
      } catch (error) {
        // osls says the message alone of its own errors, and a stack trace and where to report it of all others.
        throw error instanceof ProjectError ? new classes.Error(error.message) : error;
      }
    };
    this.hooks = { 'before:package:cleanup': keep };
  }
}

// The one name under which `require` of an ES module gives the class itself, as osls expects of a plugin.
export { ColumnsLock as 'module.exports' };
