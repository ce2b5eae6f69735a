import type { Partition } from '../../lake/partition.ts';
import { once } from '../../once.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LeftOver, RetiredFiles, RetiredMartRun } from '../../ports/ledger.ts';
import * as z from '../../schema.ts';
import { calling } from '../failures.ts';
import { type LedgerTable, text, textAttribute, textSetAttribute } from './table.ts';

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

const martKey = (mart: string, day: string): string => `mart#${mart}#${day}`;

/**
 * What readers are done with some time after it was noted: builds in the item of their partition, files of a mart's day
 * in one of their own, `mart#daily_sales#2026-11-01`.
 */
export class DynamoRetiredFiles implements RetiredFiles {
  readonly #table: LedgerTable;
  readonly #clock: Clock;

  constructor(table: LedgerTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  retireBuilds(partition: Partition, left: LeftOver): Promise<void> {
    return calling(`Noting builds of ${partition} for removal`, () =>
      this.#retire(partition, 'partition', left),
    );
  }

  retiredBuilds(before: Date, limit: number): Promise<{ partition: Partition; build: string }[]> {
    return calling('Listing the retired builds', async () => {
      const found = await this.#before('partition', before, limit);
      return found.map(({ pk, name }) => ({ partition: pk, build: name }));
    });
  }

  forgetBuild(partition: Partition, build: string): Promise<void> {
    return calling(`Forgetting build ${build} of ${partition}`, () => this.#forget(partition, build));
  }

  retireMartRuns(mart: string, day: string, left: LeftOver): Promise<void> {
    return calling(`Noting files of ${mart} of ${day} for removal`, () =>
      this.#retire(martKey(mart, day), 'mart', left),
    );
  }

  retiredMartRuns(before: Date, limit: number): Promise<RetiredMartRun[]> {
    return calling('Listing the retired files of marts', async () => {
      const found = await this.#before('mart', before, limit);
      return found.map(({ pk, name }) => {
        const [, mart = '', day = ''] = pk.split('#');
        return { mart, day, run: name };
      });
    });
  }

  forgetMartRun({ mart, day, run }: RetiredMartRun): Promise<void> {
    return calling(`Forgetting ${run} of ${mart} of ${day}`, () => this.#forget(martKey(mart, day), run));
  }

  async #retire(pk: string, kind: RetiredKind, { shown, others }: LeftOver): Promise<void> {
    const { retired_builds = [] } = retiredItem().parse((await this.#table.get(pk)) ?? { pk: text(pk) });
    const known = newest(retired_builds);
    // Noted again at every swap, they would never grow old.
    const fresh = others.filter((name) => name !== shown && !known.has(name));
    const names = shown === undefined ? fresh : [shown, ...fresh];
    if (names.length === 0) return;
    const now = this.#clock.now();
    await this.#table.update(pk, {
      expression: 'ADD retired_builds :retired SET retired = :kind',
      values: { ':retired': { SS: names.map((name) => retiredMember(name, now)) }, ':kind': text(kind) },
    });
  }

  /** Read from the items, not from the index, which only says where to look; what it misses is swept the next time. */
  async #before(kind: RetiredKind, before: Date, limit: number): Promise<{ pk: string; name: string }[]> {
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

  async #forget(pk: string, name: string): Promise<void> {
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
