import { isWhole, kinds, type Measured, measure } from './support/measure.ts';

// npm run coverage:asl [-- --json]: what the scenarios reach of every state machine. Exit 1 below all of it.

const table = ({ machine, scenarios, reached, percent, missing, astray }: Measured): string =>
  [
    `${machine}: ${percent} % in ${scenarios} scenarios`,
    ...kinds.map((kind) => {
      const { of, reached: seen, percent: share } = reached[kind];
      return `  ${kind.padEnd(12)} ${String(seen).padStart(4)} of ${String(of).padStart(4)}  ${share} %`;
    }),
    ...missing.map((point) => `  not reached: ${point}`),
    ...astray.map((scenario) => `  ended otherwise than it should: ${scenario}`),
  ].join('\n');

const measured = await measure();
const whole = measured.length > 0 && measured.every(isWhole);
if (process.argv.includes('--json')) {
  const percent = Math.min(...measured.map((one) => one.percent));
  console.log(JSON.stringify({ whole, percent, machines: measured }, null, 2));
} else console.log(measured.map(table).join('\n\n'));
process.exitCode = whole ? 0 : 1;
