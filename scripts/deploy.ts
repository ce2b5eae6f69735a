/**
 * `npm run deploy -- --stage prod …`: serverless deploy, after a look at what would stop it minutes later: a stage that
 * nobody has named, credentials that are missing. Everything else is passed on.
 */
import './projectFirst.ts';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { AthenaClient } from '@aws-sdk/client-athena';
import { queryNotes } from '../cli/planner/notes.ts';
import { knownStage, timeZoneIn } from '../cli/planner/stages.ts';
import { CliError, messageOf, nextStepAfter } from '../client/failure.ts';
import { projectFolder } from '../compiler/folder.ts';
import { checkQueries } from '../compiler/sql/compile.ts';

const args = process.argv.slice(2);

const optionsOf = (): { stage: string; profile?: string } => {
  const { values } = parseArgs({
    args,
    strict: false, // the rest is for osls to judge
    options: {
      stage: { type: 'string', short: 's' },
      'aws-profile': { type: 'string' },
    },
  });
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const stage = text(values.stage);
  if (stage === undefined)
    throw new CliError('deploy needs a stage.', 'For example: npm run deploy -- --stage dev');
  const profile = text(values['aws-profile']);
  return { stage, ...(profile === undefined ? {} : { profile }) };
};

/** Where osls deploys to when nobody names a region (serverless.yml). Credentials do not depend on it. */
const DEFAULT_REGION = 'us-east-1';

/** Throws what the SDK says when it finds no credentials. */
const checkAccess = async (given: { profile?: string }): Promise<void> => {
  await new AthenaClient({ region: DEFAULT_REGION, ...given }).config.credentials();
};

const deploy = (): void => {
  const child = spawn(process.execPath, ['node_modules/serverless/bin/serverless.js', 'deploy', ...args], {
    stdio: 'inherit',
  });
  child.on('error', fail);
  child.on('close', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
};

const fail = (error: unknown): void => {
  process.stderr.write([`deploy: ${messageOf(error)}`, nextStepAfter(error) ?? '', ''].join('\n'));
  process.exitCode = 1;
};

try {
  const { stage, ...access } = optionsOf();
  knownStage(stage);
  if (stage === 'local')
    throw new CliError('--stage: "local" runs on the emulator.', 'npx headrace up starts it.');
  await checkQueries(projectFolder());
  for (const note of queryNotes(timeZoneIn(stage))) process.stderr.write(`Note: ${note}\n`);
  await checkAccess(access);
  deploy();
} catch (error) {
  fail(error);
}
