import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../programs.ts';

/** Python with what `scripts/NAME/requirements.txt` lists, made once for these versions. */
export const venvOf = async (name: string): Promise<string> => {
  const wanted = `scripts/${name}/requirements.txt`;
  const digest = createHash('sha256').update(readFileSync(wanted)).digest('hex').slice(0, 12);
  const venv = `.headrace/venv-${name}-${digest}`;
  const python = join(venv, 'bin/python');
  if (existsSync(join(venv, 'complete'))) return python;
  execFileSync('python3', ['-m', 'venv', '--clear', venv], { stdio: 'inherit' });
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv']);
  await run(join(venv, 'bin/uv'), ['pip', 'install', '--quiet', '--python', python, '-r', wanted]);
  writeFileSync(join(venv, 'complete'), '');
  return python;
};
