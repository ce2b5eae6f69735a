import { expect, test } from '@jest/globals';
import { referencePage } from '../../../cli/events/reference.ts';
import { compiled } from '../../helpers/ownProject.ts';

test('a name of events with a line break in it stays in its heading and its row', () => {
  const page = referencePage(
    compiled({
      x: 'description: It.\nname: "a\\nb"\ncolumns: { c: { type: string, description: A column } }\n',
    }),
  );
  expect(page).toContain('\n### a b\n\nIt. View: `x`.\n');
  expect(page).toContain('| `c` | `varchar` | a b | A column. |');
});
