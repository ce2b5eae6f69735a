import { join } from 'node:path';
import { CliError } from '../../client/failure.ts';
import { projectFolder } from '../../compiler/folder.ts';
import type { Invocation, Outcome } from '../command.ts';
import { schemaOfAll, schemaOfOne } from './jsonSchema.ts';
import { eventTypeNamed, give, someEvents, writeText } from './project.ts';
import { referencePage } from './reference.ts';
import { typeScriptOf } from './typeScript.ts';

/** `headrace events types` */
export const types = async (invocation: Invocation): Promise<Outcome> => {
  const text = typeScriptOf(someEvents(projectFolder()));
  return give(invocation, text, { typeScript: text });
};

/** `headrace events docs` */
export const docs = async (invocation: Invocation): Promise<Outcome> => {
  const text = referencePage(someEvents(projectFolder()));
  return give(invocation, text, { markdown: text });
};

/** `headrace events schema [NAME]` */
export const schema = async (invocation: Invocation, [name]: readonly string[]): Promise<Outcome> => {
  const events = someEvents(projectFolder());
  const out = invocation.option('out');
  const wanted = name === undefined ? events.eventTypes : [eventTypeNamed(events.eventTypes, name)];
  if (out !== undefined && !out.endsWith('.json')) {
    if (/\.\w+$/.test(out)) throw new CliError(`--out: "${out}" must end in .json, or be a folder.`);
    const files = wanted.map((type) => {
      const file = join(out, `${type.view}.schema.json`);
      writeText(file, written(schemaOfOne(type, events.columns)));
      return file;
    });
    for (const file of files) invocation.screen.say(`${file} is written.`);
    return { ok: true, document: { out: files } };
  }
  const [one] = wanted;
  const made =
    name === undefined || one === undefined ? schemaOfAll(events) : schemaOfOne(one, events.columns);
  return give(invocation, written(made), made);
};

const written = (made: object): string => `${JSON.stringify(made, null, 2)}\n`;
