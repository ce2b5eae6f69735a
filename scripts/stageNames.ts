import { CliError } from '../client/failure.ts';
import { checkStage } from '../client/package.ts';

interface Framework {
  classes: { Error: new (message: string) => Error };
}

/** An osls plugin: refuses a name that cannot be a stage, before anything is packaged or deployed. */
class StageNames {
  readonly hooks: Record<string, () => void>;

  constructor({ classes }: Framework, { stage }: { stage?: string }) {
    const check = (): void => {
      if (stage === undefined) return; // the default, dev
      try {
        checkStage(stage);
      } catch (error) {
        // osls says the message alone of its own errors, and a stack trace and where to report it of all others.
        throw error instanceof CliError ? new classes.Error(`${error.message} ${error.next}`) : error;
      }
    };
    this.hooks = { 'before:package:cleanup': check, 'before:deploy:deploy': check };
  }
}

// The one name under which `require` of an ES module gives the class itself, as osls expects of a plugin.
export { StageNames as 'module.exports' };
