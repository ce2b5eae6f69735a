import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../compiler/folder.ts';

/**
 * Imported first by tests of what the template has only where a project declares windows: where the user's declares none,
 * the shop of test/fixtures/shop is the project of the test file.
 */
const windows = join(projectFolder(), 'queries', 'windows');
const declared = existsSync(windows) && readdirSync(windows).some((name) => name.endsWith('.yml'));
if (!declared) process.env.HEADRACE_PROJECT = 'test/fixtures/shop';
