import { writeFileSync } from 'node:fs';

/** Jest prints no total that CI understands: this prints the plain line, and leaves it for .ci/run to add up. */
export default class PlainReporter {
  onRunComplete(_contexts, results) {
    // A file that does not even load counts as a failure: it holds no tests jest could have counted.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped}`;
    if (process.env.HEADRACE_TALLY) writeFileSync(process.env.HEADRACE_TALLY, `${line}\n`);
    process.stdout.write(`\n${line}\n`);
  }
}
