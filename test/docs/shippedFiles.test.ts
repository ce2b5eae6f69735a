import { expect, test } from '@jest/globals';
import { differences, recordedFiles } from '../../scripts/docs/shippedFiles.ts';

test('a new, a changed and a missing file of the project are each named', () => {
  const recorded = { 'queries/a.sql': '1', 'queries/b.sql': '2', 'queries/c.sql': '3' };
  expect(differences(recorded, { 'queries/a.sql': '1', 'queries/b.sql': '9', 'events/d.yml': '4' })).toEqual([
    'events/d.yml is new',
    'queries/b.sql has changed',
    'queries/c.sql is gone',
  ]);
});

test('the files that the docs were written for are recorded', () => {
  expect(Object.keys(recordedFiles())).toContain('queries/checks/publishedHours.sql');
});
