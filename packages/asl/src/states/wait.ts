import type { Compiler } from '../compile/compiler.ts';
import type { WaitFields } from '../compile/schema.ts';
import { compileJsonata, isJsonata } from '../flow/jsonata.ts';
import { compileFieldPath } from '../flow/template.ts';
import type { Json } from '../values.ts';
import type { Visit } from '../visit.ts';
import { OnwardState } from './onward.ts';
import type { StateIdentity, Step } from './state.ts';
import { isTimestamp } from './timestamp.ts';
import { wrongValue } from './wrongValue.ts';

/** The longest wait AWS takes, in seconds. */
const longestWait = 99_999_999;

type Delay = (visit: Visit, input: Json) => Promise<number>;

/** Waits for seconds or until a time. */
export class WaitState extends OnwardState {
  readonly type = 'Wait';
  readonly #delay: Delay;

  constructor(identity: StateIdentity, fields: WaitFields, compiler: Compiler) {
    super(identity, fields, compiler);
    this.#delay = compileDelay(compiler, fields);
  }

  protected override async work(visit: Visit): Promise<Step> {
    const input = this.flow.input(visit.scope());
    const ms = await this.#delay(visit, input);
    if (ms > 0) await visit.execution.timer.sleep(ms, visit.branch.signal);
    return this.onward(await this.flow.finish(visit.scope(input), visit.raw.value, undefined));
  }
}

const compileDelay = (compiler: Compiler, fields: WaitFields): Delay => {
  const given = [fields.Seconds, fields.SecondsPath, fields.Timestamp, fields.TimestampPath];
  if (given.filter((value) => value !== undefined).length !== 1) {
    compiler.problem('A Wait state needs exactly one of Seconds, SecondsPath, Timestamp, TimestampPath');
  }
  if (fields.Seconds !== undefined) return compileSeconds(compiler, 'Seconds', fields.Seconds);
  if (fields.SecondsPath !== undefined) {
    const path = fields.SecondsPath;
    const evaluate = compileFieldPath(compiler, 'SecondsPath', path);
    return async (visit, input) => seconds(compiler, 'SecondsPath', evaluate(visit.scope(input)), path);
  }
  const field = fields.Timestamp === undefined ? 'TimestampPath' : 'Timestamp';
  return compileTimestamp(compiler, field, fields.Timestamp ?? fields.TimestampPath ?? '');
};

const compileSeconds = (compiler: Compiler, field: string, literal: number | string): Delay => {
  if (compiler.language === 'JSONata' && typeof literal === 'string' && isJsonata(literal)) {
    const evaluate = compileJsonata(compiler, field, literal);
    return async (visit, input) => seconds(compiler, field, await evaluate(visit.scope(input)), literal);
  }
  if (typeof literal !== 'number' || !Number.isInteger(literal) || literal < 0 || literal > longestWait) {
    compiler.problem(`Seconds must be an integer from 0 to ${longestWait}`, field);
  }
  return async () => Number(literal) * 1000;
};

const compileTimestamp = (compiler: Compiler, field: string, text: string): Delay => {
  const computed = field === 'TimestampPath' || (compiler.language === 'JSONata' && isJsonata(text));
  if (!computed && !isTimestamp(text)) compiler.problem('String does not match RFC3339 timestamp', field);
  const evaluate = computed ? compileComputed(compiler, field, text) : () => text;
  return async (visit, input) => {
    const value = await evaluate(visit.scope(input));
    if (typeof value === 'string' && isTimestamp(value))
      return Date.parse(value) - visit.execution.timer.now();
    const reason = `The ${field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${text} == ${JSON.stringify(value)}`;
    throw wrongValue(compiler.language, field, reason);
  };
};

const compileComputed = (compiler: Compiler, field: string, text: string) =>
  compiler.language === 'JSONata'
    ? compileJsonata(compiler, field, text)
    : compileFieldPath(compiler, field, text);

const seconds = (compiler: Compiler, field: string, value: Json, text: string): number => {
  const problem = problemOf(value);
  if (problem === undefined) return Number(value) * 1000;
  const reason = `The ${field} parameter ${problem}: ${text} == ${JSON.stringify(value)}`;
  throw wrongValue(compiler.language, field, reason);
};

const problemOf = (value: Json): string | undefined => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return 'cannot be parsed as a long value';
  if (value < 0) return 'references a negative value';
  return value > longestWait ? `references a value over ${longestWait}` : undefined;
};
