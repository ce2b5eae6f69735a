import type { StageAccess } from '../../client/access.ts';
import { CliError } from '../../client/failure.ts';
import { counted } from '../../client/format.ts';
import {
  type Chosen,
  createWriteKey,
  isSourceName,
  listWriteKeys,
  revokeWriteKeys,
  SOURCE_NAME_RULE,
  type WriteKey,
  writeKeyId,
} from '../../client/keys.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace keys create SOURCE [--name NAME]
headrace keys list [--source SOURCE]
headrace keys revoke ID
headrace keys revoke --source SOURCE --all-but-newest | --all

Write keys: who may send, and as which source. A key is shown once, when it is made; only its hash is stored, and the
id that list shows is the beginning of that hash. To rotate without a gap: create a second key for the source, move
its senders, then revoke --all-but-newest. A revoked key is refused after 60 seconds at most.

  --name NAME        what the key is for, up to 64 characters: ios-2026
  --source SOURCE    list or revoke the keys of this source
  --all-but-newest   revoke every key of the source but the one made last
  --all              revoke every key of the source: it can send no more`;

/** Collectors remember a key so long: KNOWN_MS of src/aws/writeKeys.ts; a test holds the two together. */
export const HOLDS_FOR_SECONDS = 60;

const takes: Readonly<Record<string, readonly string[]>> = {
  create: ['name'],
  list: ['source'],
  revoke: ['source', 'all-but-newest', 'all'],
};

export const keys: Command = {
  name: 'keys',
  usage,
  options: {
    name: { type: 'string' },
    source: { type: 'string' },
    'all-but-newest': { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  },
  run: async (invocation) => {
    const [action = '', ...operands] = invocation.positionals;
    const taken = takes[action];
    if (taken === undefined) throw misused('keys knows three forms: create, list and revoke.');
    const given = ['name', 'source', 'all-but-newest', 'all'].filter(
      (name) => invocation.option(name) !== undefined || invocation.flag(name),
    );
    const foreign = given.find((name) => !taken.includes(name));
    if (foreign !== undefined) throw misused(`keys ${action} has no option --${foreign}.`);
    if (action === 'create') return create(operands, invocation);
    if (action === 'revoke') return revoke(chosenBy(operands, invocation), invocation);
    if (operands.length > 0) throw misused('keys list takes no arguments.');
    return list(invocation);
  },
};

const misused = (message: string): CliError => new CliError(message, 'headrace keys --help tells more.');

const create = async (operands: readonly string[], invocation: Invocation): Promise<Outcome> => {
  const [source, ...others] = operands;
  if (source === undefined || others.length > 0) throw misused('keys create takes one source.');
  if (!isSourceName(source)) throw new CliError(`"${source}" is not a name for a source.`, SOURCE_NAME_RULE);
  const name = invocation.option('name');
  if (name !== undefined && !/^[^\p{Cc}]{1,64}$/u.test(name))
    throw new CliError('The name is empty, too long or has control characters.', 'Use up to 64 characters.');
  const { key, holding, access } = await withStage(invocation, async (access) => {
    const key = await createWriteKey(access, source, new Date(), name);
    const all = await listWriteKeys(access);
    return { key, access, holding: all.filter((one) => one.source === source && one.revokedAt === null) };
  });
  invocation.screen.say(`Write key of ${source} (shown once): ${key}`);
  if (holding.length > 1)
    invocation.screen.say(
      `${source} has ${holding.length} keys that hold. When its senders use the new one:\n` +
        `  headrace keys revoke --source ${source} --all-but-newest${stageOption(access)}`,
    );
  return { ok: true, document: { source, key, id: writeKeyId(key), name: name ?? null } };
};

const stageOption = ({ stage }: StageAccess): string => (stage === 'local' ? '' : ` --stage ${stage}`);

const list = async (invocation: Invocation): Promise<Outcome> => {
  const source = invocation.option('source');
  const found = (await withStage(invocation, listWriteKeys)).filter(
    (key) => source === undefined || key.source === source,
  );
  if (found.length === 0) invocation.screen.say('No write keys. Make one: headrace keys create SOURCE');
  else show(found, invocation);
  return { ok: true, document: { keys: found } };
};

const show = (found: readonly WriteKey[], { screen }: Invocation): void =>
  screen.table(
    ['id', 'source', 'name', 'key', 'created', 'revoked'],
    found.map(({ id, source, name, ending, createdAt, revokedAt }) => [
      id,
      source,
      name ?? '–',
      ending === null ? '–' : `hr_…${ending}`,
      createdAt,
      revokedAt ?? '–',
    ]),
  );

const chosenBy = (operands: readonly string[], invocation: Invocation): Chosen => {
  const [id, ...others] = operands;
  const source = invocation.option('source');
  const [butNewest, all] = [invocation.flag('all-but-newest'), invocation.flag('all')];
  if (id !== undefined && others.length === 0 && source === undefined && !butNewest && !all) {
    if (/^[0-9a-f]{8,12}$/.test(id)) return { id };
    throw new CliError(
      'This is not the id of a write key.',
      'headrace keys list shows the ids: 12 hexadecimal digits.',
    );
  }
  if (id === undefined && source !== undefined && butNewest !== all)
    return { source, keep: all ? 'none' : 'newest' };
  throw misused('keys revoke takes an id, or --source with --all-but-newest or --all.');
};

const revoke = async (chosen: Chosen, invocation: Invocation): Promise<Outcome> => {
  const { screen } = invocation;
  const { revoked, already, left } = await withStage(invocation, async (access) => {
    if ('id' in chosen) await mustBeOne(chosen.id, access);
    return revokeWriteKeys(access, chosen, new Date());
  });
  for (const { id, source } of revoked)
    screen.say(`${id} of ${source} is revoked: refused everywhere within ${HOLDS_FOR_SECONDS} s.`);
  if (revoked.length + already.length + left.length === 0)
    throw new CliError('The source has no write keys.', 'headrace keys list shows those there are.');
  if (revoked.length === 0) screen.say('Nothing to revoke.');
  if ('id' in chosen)
    for (const { id, revokedAt } of already) screen.say(`${id} was revoked at ${revokedAt}.`);
  if (revoked.length > 0 && left.length === 0)
    screen.warn(`${revoked[0]?.source} has no key left that holds: it can send no more.`);
  else if (left.length > 0) screen.say(`Still holding: ${counted(left.length, 'key')} of the source.`);
  return { ok: true, document: { revoked, left, holdsForSeconds: HOLDS_FOR_SECONDS } };
};

const mustBeOne = async (id: string, access: StageAccess): Promise<void> => {
  const found = (await listWriteKeys(access)).filter((key) => key.id.startsWith(id));
  if (found.length === 1) return;
  throw new CliError(
    found.length === 0 ? `There is no write key ${id}.` : `${id} is the beginning of several keys' ids.`,
    'headrace keys list shows them.',
  );
};
