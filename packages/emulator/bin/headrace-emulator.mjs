#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
// Plain JavaScript of old, so that an old Node can read it and say what it lacks.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`headrace-emulator needs Node.js 22.18 or newer. This is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { runCommandLine } = await import('headrace-emulator/cli');
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
