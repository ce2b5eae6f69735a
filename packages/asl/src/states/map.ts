import { type Chain, chainPoints } from '../branches.ts';
import type { Compiler } from '../compile/compiler.ts';
import type { ItemProcessorFields, MapFields } from '../compile/schema.ts';
import type { Json } from '../values.ts';
import type { Visit } from '../visit.ts';
import { runDistributed } from './distributed.ts';
import { type Iteration, runInline } from './iterations.ts';
import { compileItemSelector, compileItems, type ItemSelector, type Items } from './mapItems.ts';
import { compileNumber, type NumberOf } from './numbers.ts';
import { RetriableState } from './retriable.ts';
import type { StateIdentity } from './state.ts';

/** Runs its states once for every item; its result is the array of their outputs. */
export class MapState extends RetriableState {
  readonly type = 'Map';
  readonly #chain: Chain;
  readonly #distributed: boolean;
  readonly #label: string;
  readonly #items: Items;
  readonly #selector: ItemSelector;
  readonly #maxConcurrency: NumberOf;
  readonly #toleratedCount: NumberOf;
  readonly #toleratedPercentage: NumberOf;

  constructor(identity: StateIdentity, fields: MapFields, compiler: Compiler) {
    // Parameters of a Map is the old name of ItemSelector.
    super(identity, { ...fields, Parameters: undefined }, compiler);
    const processor = compileProcessor(compiler, fields);
    this.#distributed = processor.ProcessorConfig?.Mode === 'DISTRIBUTED';
    this.#label = fields.Label ?? this.name;
    this.#chain = compiler.chain('ItemProcessor', processor, `${this.path}/`);
    this.#items = compileItems(compiler, fields);
    this.#selector = compileItemSelector(compiler, fields);
    const count = { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER } as const;
    const number = (name: 'MaxConcurrency' | 'ToleratedFailureCount') =>
      compileNumber(compiler, { ...count, name, literal: fields[name], path: fields[`${name}Path`] });
    this.#maxConcurrency = number('MaxConcurrency');
    this.#toleratedCount = number('ToleratedFailureCount');
    this.#toleratedPercentage = compileNumber(compiler, {
      ...{ kind: 'float', min: 0, max: 100 },
      name: 'ToleratedFailurePercentage',
      literal: fields.ToleratedFailurePercentage,
      path: fields.ToleratedFailurePercentagePath,
    });
  }

  override points(): string[] {
    return [...super.points(), ...chainPoints(this.#chain)];
  }

  protected override async attempt(visit: Visit, input: Json): Promise<Json> {
    const scope = visit.scope(input);
    const concurrency = (await this.#maxConcurrency(scope)) ?? 0;
    const items = await this.#items(scope);
    const parts = visit.begin('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
    const iteration: Iteration = {
      chain: this.#chain,
      items,
      concurrency,
      select: (item) => this.#selector(visit.scope(input, item), item.Value ?? null),
      tolerated: {
        count: await this.#toleratedCount(scope),
        percentage: await this.#toleratedPercentage(scope),
      },
    };
    return this.#distributed
      ? runDistributed(visit, iteration, this.#label)
      : runInline(visit, iteration, parts);
  }

  protected override gaveUp(visit: Visit): void {
    visit.event('MapStateFailed');
  }
}

const compileProcessor = (compiler: Compiler, fields: MapFields): ItemProcessorFields => {
  const processor = fields.ItemProcessor ?? fields.Iterator;
  if (processor === undefined || (fields.ItemProcessor !== undefined && fields.Iterator !== undefined)) {
    compiler.problem('A Map needs ItemProcessor (or Iterator, its old name), and only one of them');
  }
  if (processor?.ProcessorConfig?.ExecutionType === 'EXPRESS') {
    compiler.problem(
      'Express child executions are not supported by this interpreter',
      'ItemProcessor/ProcessorConfig/ExecutionType',
    );
  }
  return processor ?? { StartAt: '', States: {} };
};
