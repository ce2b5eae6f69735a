import { execFile, type SpawnOptions } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who PostgreSQL runs as, where this process may not run it as itself. */
export interface User {
  uid: number;
  gid: number;
  /** in front of a command, to run it as this user */
  prefix: readonly string[];
}

/** Each of these is there on some systems. */
const users = ['postgres', 'nobody'];

/**
 * Undefined where PostgreSQL runs as whoever runs this process. It refuses to run as root: there it runs as another
 * user. Throws an Error where the system has none.
 */
export const databaseUser = async (): Promise<User | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of users) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    if (uid !== undefined && gid !== undefined) return { uid, gid, prefix: await prefixOf(uid, gid) };
  }
  throw new Error(`PostgreSQL does not run as root, and there is no user ${users.join(' or ')}`);
};

/** Program, arguments and options of a command that runs as the user. */
export const asUser = (
  user: User | undefined,
  [program = '', ...args]: readonly string[],
): [string, string[], SpawnOptions] => {
  if (user === undefined) return [program, args, {}];
  const [first, ...rest] = user.prefix;
  if (first === undefined) return [program, args, { uid: user.uid, gid: user.gid }];
  return [first, [...rest, program, ...args], {}];
};

const idOf = async (which: '-u' | '-g', name: string): Promise<number | undefined> => {
  try {
    return Number((await run('id', [which, name])).stdout);
  } catch {
    return undefined;
  }
};

/** Root's folders are often closed to everybody else: on Linux one capability of root's leads through them. */
const prefixOf = async (uid: number, gid: number): Promise<string[]> => {
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const prefix = ['setpriv', ...ids, '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const [program = '', ...args] = prefix;
  const works = await run(program, [...args, 'true']).then(
    () => true,
    () => false,
  );
  return works ? prefix : [];
};
