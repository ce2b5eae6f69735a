import type { Row } from '../senders/judging.ts';
import { recordedRows } from '../senders/rows.ts';

const cells = ({ protocol, client, version, ranIn, result, faults = '' }: Row): string =>
  `| ${[protocol, client, version, ranIn, result, faults].join(' | ')} |`;

/** What the checks of real clients recorded. */
export const clientsTable = (): string =>
  [
    '| protocol | client | version | ran in | what arrived | after an answer of |',
    '|---|---|---|---|---|---|',
    ...recordedRows().map(cells),
  ].join('\n');
