#!/usr/bin/env node
// The command `headrace`: `npx headrace …` in a clone, `headrace …` anywhere after `npm link`.
import { join } from 'node:path';
import { root } from '../scripts/install.mjs';
import { launch } from '../scripts/launch.mjs';

launch([join(root, 'cli', 'headrace.ts'), ...process.argv.slice(2)]);
