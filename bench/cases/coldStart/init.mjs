/** A fresh process that loads one module, and says what that took. Argument: the module's URL. */
const before = process.cpuUsage();
const began = performance.now();
await import(process.argv[2]);
const wallMs = performance.now() - began;
const { user, system } = process.cpuUsage(before);
// Written at once: process.exit does not wait for a pipe.
(await import('node:fs')).writeSync(
  3,
  JSON.stringify({
    wallMs,
    cpuMs: (user + system) / 1_000,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
process.exit(0);
