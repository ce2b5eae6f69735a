/**
 * Imported before all else by scripts that npm runs: what is wrong with the project is told in its own words. Where
 * another import reads the project first, Node would show where in the compiler it was found. Without `await`, for
 * which the imports behind this one would not wait.
 */
import { messageOf } from '../client/failure.ts';
import { compileEventsOf } from '../compiler/events/compile.ts';
import { projectFolder } from '../compiler/folder.ts';
import { compileWindowsOf } from '../compiler/windows/compile.ts';

try {
  const folder = projectFolder();
  compileWindowsOf(folder, compileEventsOf(folder));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
