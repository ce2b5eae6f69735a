import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { obstacleOf } from '../../client/dataFolders.ts';
import { CliError } from '../../client/failure.ts';
import { counted } from '../../client/format.ts';
import { isOwnProject, projectFolder } from '../../compiler/folder.ts';
import { checkQueries } from '../../compiler/sql/compile.ts';
import type { KitFile } from '../../kits/file.ts';
import { notebookKit } from '../../kits/notebook/kit.ts';
import type { Place } from '../../kits/place.ts';
import { sisenseKit } from '../../kits/sisense/kit.ts';
import { supersetKit } from '../../kits/superset/kit.ts';
import { tableauKit } from '../../kits/tableau/kit.ts';
import { zeppelinKit } from '../../kits/zeppelin/kit.ts';
import type { Command, Invocation } from '../command.ts';

const usage = `
headrace kit superset|zeppelin|tableau|sisense|notebook --out DIR [--stage NAME] [--region REGION]

Writes what a tool for dashboards needs to show the project's tables, views and marts of a stage: no data, no credentials.
The same project gives the same bytes, so the folder can be committed. Files of an earlier kit are replaced.

  superset   database, datasets with metrics, charts and two dashboards (docs/guides/superset.md)
  zeppelin   notes in SQL and in Python, and the setting of the JDBC interpreter (docs/guides/zeppelin.md)
  tableau    a data source for each table, with captions, roles and a filter of seven days (docs/guides/tableau.md)
  sisense    a file of SQL for each chart, for Sisense for Cloud Data Teams, once Periscope (docs/guides/sisense.md)
  notebook   a Jupyter notebook with PyAthena, pandas and charts (docs/guides/notebook.md)

  --out DIR        folder to write to
  --region REGION  AWS region of the stage (default: AWS_REGION, else us-east-1)`;

const kits: Readonly<Record<string, (place: Place, project: string) => KitFile[]>> = {
  superset: supersetKit,
  zeppelin: zeppelinKit,
  tableau: tableauKit,
  sisense: sisenseKit,
  notebook: notebookKit,
};

export const kit: Command = {
  name: 'kit',
  usage,
  options: { out: { type: 'string' }, region: { type: 'string' } },
  run: async (invocation) => {
    const make = kitOf(invocation.positionals);
    const out = resolve(folderOf(invocation));
    await checkQueries(projectFolder());
    const files = make(placeOf(invocation), isOwnProject() ? basename(projectFolder()) : 'shop');
    for (const file of files) writeOne(out, file);
    invocation.screen.say(
      `${counted(files.length, 'file')} in ${out}. Next: docs/guides/${invocation.positionals[0]}.md`,
    );
    return { ok: true, document: { folder: out, files: files.map(({ path }) => path) } };
  },
};

const kitOf = (positionals: readonly string[]) => {
  const [name = '', ...others] = positionals;
  const make = Object.hasOwn(kits, name) ? kits[name] : undefined;
  if (make === undefined || others.length > 0)
    throw new CliError(
      name === '' ? 'kit takes the name of one kit.' : `"${positionals.join(' ')}" is not a kit.`,
      `headrace kit ${Object.keys(kits).join('|')} --out DIR`,
    );
  return make;
};

const folderOf = (invocation: Invocation): string => {
  const out = invocation.option('out');
  if (out !== undefined && out !== '') return out;
  throw new CliError('--out: say which folder to write to.', 'headrace kit superset --out superset');
};

const placeOf = (invocation: Invocation): Place => {
  const { stage } = invocation;
  const region = invocation.option('region') ?? (process.env.AWS_REGION || 'us-east-1');
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region))
    throw new CliError(`--region: "${region}" is not an AWS region.`, 'Use a name such as eu-central-1.');
  return { stage, region, database: `headrace_${stage}`, workgroup: `headrace-${stage}` };
};

const writeOne = (out: string, { path, content }: KitFile): void => {
  const target = join(out, path);
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  } catch (cause) {
    throw new CliError(`${target} ${obstacleOf(cause)}.`, 'Name another folder with --out.', { cause });
  }
};
