/**
 * Every real client: those that send to the collector, those that read from the emulator, and those that a kit is for. Runs
 * each of their checks, whatever became of the one before, and says which failed. `npm run check:clients`, a quarter of an
 * hour; with `-- --write` those that keep a record write it anew.
 */
import { spawnSync } from 'node:child_process';
import { say } from './programs.ts';

const checks = [
  'check:senders',
  'check:browser',
  'check:aws-cli',
  'check:s3a',
  'check:superset',
  'check:kits',
];

const passes = (name: string): boolean => {
  say(`=== npm run ${name}`);
  const args = ['run', '--silent', name, '--', ...process.argv.slice(2)];
  return spawnSync('npm', args, { stdio: 'inherit' }).status === 0;
};

const failed = checks.filter((name) => !passes(name));
say(failed.length === 0 ? 'Every client works.' : `Failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
