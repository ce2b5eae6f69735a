// Reads the one JSON document that `npm run demo -- --json` ends with, and adds it up once more by itself.
// Plain JavaScript: .ci/run calls it with whatever Node is there.
import { readFileSync } from 'node:fs';

const demo = JSON.parse(readFileSync(0, 'utf8'));
const eventsIn = (counts, layer) =>
  counts.filter((one) => one.layer === layer).reduce((sum, { events }) => sum + events, 0);
const rules = {
  'events were accepted': demo.accepted > 0,
  'the run of the state machine succeeded': demo.execution?.status === 'SUCCEEDED',
  'every accepted event landed (some twice: delivery is at least once)': demo.landed >= demo.accepted,
  'every landed row is curated, a duplicate or rejected':
    demo.landed === demo.curated + demo.duplicates + demo.rejected,
  'events_now has every event before the run as well as after it':
    demo.now.before === demo.curated && demo.now.after === demo.curated,
  'the windows counted every accepted event before the run, and batch has each once after it':
    eventsIn(demo.windows.before, 'speed') >= demo.accepted &&
    eventsIn(demo.windows.after, 'batch') === demo.curated,
  'the archive has what raw and quarantine have':
    demo.archive.lines >= demo.accepted && demo.archive.missing === 0 && demo.archive.notLanded === 0,
  'the demo says that its balance holds': demo.balanced === true,
};
const broken = Object.keys(rules).filter((rule) => !rules[rule]);
const { accepted, landed, curated, duplicates, rejected, quarantined } = demo;
console.log(JSON.stringify({ accepted, landed, curated, duplicates, rejected, quarantined }));
for (const rule of broken) console.error(`does not hold: ${rule}`);
process.exitCode = broken.length > 0 ? 1 : 0;
