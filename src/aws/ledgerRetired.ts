import { once } from '../once.ts';
import type { LeftOver } from '../ports.ts';
import * as z from '../schema.ts';
import { type LedgerTable, text, textAttribute, textSetAttribute } from './ledgerTable.ts';

/** Hash values in the sparse index `retired`: what kind of item it is. */
export type RetiredKind = 'partition' | 'mart';

const retiredItem = /* @__PURE__ */ once(() =>
  z.object({ pk: textAttribute(), retired_builds: z.optional(textSetAttribute()) }),
);

/** Members of `retired_builds`: `<when> <name>`, so that one set in the item itself holds both. */
export const retiredMember = (name: string, at: Date): string => `${at.toISOString()} ${name}`;
const splitMember = (member: string) => ({ at: member.slice(0, 24), name: member.slice(25) });

/** By name, the moment it was last read by anyone: of several notes the newest counts. */
const newest = (members: readonly string[]): Map<string, string> => {
  const found = new Map<string, string>();
  for (const { at, name } of members.map(splitMember)) {
    if (at > (found.get(name) ?? '')) found.set(name, at);
  }
  return found;
};

/** What readers are done with some time after it was noted, kept in the item of what it was part of. */
export class LedgerRetired {
  readonly #table: LedgerTable;

  constructor(table: LedgerTable) {
    this.#table = table;
  }

  async retire(pk: string, kind: RetiredKind, { shown, others }: LeftOver, at: Date): Promise<void> {
    const { retired_builds = [] } = retiredItem().parse((await this.#table.get(pk)) ?? { pk: text(pk) });
    const known = newest(retired_builds);
    // Noted again at every swap, they would never grow old.
    const fresh = others.filter((name) => name !== shown && !known.has(name));
    const names = shown === undefined ? fresh : [shown, ...fresh];
    if (names.length === 0) return;
    await this.#table.update(pk, {
      expression: 'ADD retired_builds :retired SET retired = :kind',
      values: { ':retired': { SS: names.map((name) => retiredMember(name, at)) }, ':kind': text(kind) },
    });
  }

  /** Read from the items, not from the index, which only says where to look; what it misses is swept the next time. */
  async before(kind: RetiredKind, before: Date, limit: number): Promise<{ pk: string; name: string }[]> {
    const items = await this.#table.getAll(await this.#table.keysOf('retired', kind, limit));
    const found = items.flatMap((item) => {
      const { pk, retired_builds = [] } = retiredItem().parse(item);
      return [...newest(retired_builds)].map(([name, at]) => ({ pk, name, at }));
    });
    return found
      .filter(({ at }) => at < before.toISOString())
      .slice(0, limit)
      .map(({ pk, name }) => ({ pk, name }));
  }

  async forget(pk: string, name: string): Promise<void> {
    const { retired_builds = [] } = retiredItem().parse((await this.#table.get(pk)) ?? { pk: text(pk) });
    const members = retired_builds.filter((member) => splitMember(member).name === name);
    if (members.length > 0) {
      await this.#table.update(pk, {
        expression: 'DELETE retired_builds :members',
        values: { ':members': { SS: members } },
      });
    }
    // DynamoDB drops a set with its last member. What is retired since then brings the set back and stays indexed.
    await this.#table.update(pk, {
      expression: 'REMOVE retired',
      condition: 'attribute_not_exists(retired_builds)',
    });
  }
}
