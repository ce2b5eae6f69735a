/**
 * Sends with the real libraries for Node, Python and Java of every protocol that the collector takes, and looks at
 * what arrives: `npm run check:senders`, two minutes. Python's go into .headrace/venv-senders; Java's come by Maven, and
 * are skipped where there is none. With `--write` the table of docs/clients.md is written anew.
 */
import { startSenderCollector } from './senders/collector.ts';
import { javaRows } from './senders/java.ts';
import { nodeRows } from './senders/node.ts';
import { pythonRows } from './senders/python.ts';
import { report } from './senders/rows.ts';

const collector = await startSenderCollector();
try {
  for (const rowsOf of [nodeRows, pythonRows, javaRows]) report(await rowsOf(collector));
} finally {
  await collector.close();
}
