import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { boardsOf, chartsOf } from '../../kits/charts.ts';
import type { KitFile } from '../../kits/file.ts';
import { notebookKit } from '../../kits/notebook/kit.ts';
import type { Place } from '../../kits/place.ts';
import { sisenseKit } from '../../kits/sisense/kit.ts';
import { tableauKit } from '../../kits/tableau/kit.ts';
import { kitTables } from '../../kits/tables.ts';
import { zeppelinKit } from '../../kits/zeppelin/kit.ts';

const place: Place = {
  ...{ stage: 'prod', region: 'eu-central-1' },
  ...{ database: 'headrace_prod', workgroup: 'headrace-prod' },
};
const charts = chartsOf(boardsOf(kitTables(), 'shop'));

const kits: Record<string, () => KitFile[]> = {
  zeppelin: () => zeppelinKit(place, 'shop'),
  tableau: () => tableauKit(place),
  sisense: () => sisenseKit(place, 'shop'),
  notebook: () => notebookKit(place, 'shop'),
};

describe.each(Object.entries(kits))('the kit %s', (_, make) => {
  const files = make();

  test('is the same, byte by byte, when it is made again', () => {
    expect(make()).toEqual(files);
  });

  test('has each path once, and none that leaves its folder', () => {
    const paths = files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => path.startsWith('/') || path.includes('..'))).toEqual([]);
  });

  test('holds no credentials and nothing of another stage', () => {
    const text = files.map(({ content }) => String(content)).join('\n');
    expect(text).not.toMatch(/AKIA|aws_secret|headrace[-_](?:local|dev)/i);
    expect(text).toMatch(/headrace[-_]prod/);
  });
});

test("Zeppelin's notes and the notebook ask for each chart once", () => {
  const note = z.object({ paragraphs: z.array(z.object({ title: z.string().optional() })) });
  const notes = (kind: string) =>
    zeppelinKit(place, 'shop')
      .filter(({ path }) => path.startsWith(`${kind}/`))
      .flatMap(({ content }) => note.parse(JSON.parse(String(content))).paragraphs)
      .flatMap(({ title }) => title ?? []);
  const names = charts.map(({ name }) => name).sort();
  expect(notes('sql').sort()).toEqual(names);
  expect(notes('python').sort()).toEqual(names);
  const [book] = notebookKit(place, 'shop');
  const text = String(book?.content);
  expect(charts.filter(({ name }) => !text.includes(`### ${name}`))).toEqual([]);
});

test('Sisense has a file a chart, and each of a table with days has the filter of days', () => {
  const files = sisenseKit(place, 'shop');
  expect(files).toHaveLength(charts.length);
  const dated = charts.filter(({ day }) => day !== undefined).length;
  expect(files.filter(({ content }) => String(content).includes('daterange_no_tz]'))).toHaveLength(dated);
});
