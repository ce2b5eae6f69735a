import type { Compiler } from '../compile/compiler.ts';
import type { TaskFields } from '../compile/schema.ts';
import { dataLimitExceeded, runtimeError, StatesError } from '../errors.ts';
import type { Expression } from '../flow/flow.ts';
import { compileJsonata } from '../flow/jsonata.ts';
import { compileTemplate } from '../flow/template.ts';
import type { Scope } from '../scope.ts';
import { isObject, type Json, type Payload, payload, tooLarge } from '../values.ts';
import type { Visit } from '../visit.ts';
import { compileNumber, type NumberOf } from './numbers.ts';
import { RetriableState } from './retriable.ts';
import type { StateIdentity } from './state.ts';
import { TaskEvents } from './taskEvents.ts';
import { Watch } from './watch.ts';

/** AWS's default: a task may run this many seconds, which is three years. */
const longestTask = 99_999_999;

/** Calls a resource and waits for its answer, within its time. */
export class TaskState extends RetriableState {
  readonly type = 'Task';
  readonly #resource: string;
  readonly #timeout: NumberOf;
  readonly #heartbeat: NumberOf;
  readonly #credentials: Expression | undefined;

  constructor(identity: StateIdentity, fields: TaskFields, compiler: Compiler) {
    super(identity, fields, compiler);
    const limits = { kind: 'integer', min: 1, max: longestTask } as const;
    this.#resource = fields.Resource;
    this.#timeout = compileNumber(compiler, {
      ...limits,
      name: 'TimeoutSeconds',
      literal: fields.TimeoutSeconds,
      path: fields.TimeoutSecondsPath,
    });
    this.#heartbeat = compileNumber(compiler, {
      ...limits,
      name: 'HeartbeatSeconds',
      literal: fields.HeartbeatSeconds,
      path: fields.HeartbeatSecondsPath,
    });
    this.#credentials = compileCredentials(compiler, fields);
    const credentials = fields.Credentials !== undefined;
    const refusal = compiler.shared.support.refusal(fields.Resource, { credentials });
    if (refusal !== undefined) compiler.problem(refusal, 'Resource');
  }

  protected override async attempt(visit: Visit, input: Json): Promise<Json> {
    if (this.#resource.endsWith('.waitForTaskToken')) visit.taskToken = visit.execution.random.uuid();
    const scope = visit.scope(input);
    const argument = payload(await this.flow.argument(scope));
    if (tooLarge(argument.text)) throw dataLimitExceeded(this.name);
    const limits = { timeout: await this.#timeout(scope), heartbeat: await this.#heartbeat(scope) };
    const { host, tasks } = visit.execution;
    const roleArn = await this.#roleOf(scope);
    const notes = host.taskNotes(this.#resource);
    const events = new TaskEvents(visit, notes);
    events.scheduled(argument, limits);
    events.started();
    const watched = tasks.heartbeats?.(this.#resource) ? limits : { ...limits, heartbeat: undefined };
    const watch = new Watch(visit.execution.timer, visit.branch.signal, watched);
    try {
      const result = payload(await watch.over(this.#call(visit, argument, roleArn, watch, events)));
      if (tooLarge(result.text)) throw dataLimitExceeded(notes.called ?? this.#resource);
      events.succeeded(result);
      return result.value;
    } catch (error) {
      if (error instanceof StatesError) events.failed(error);
      throw error;
    }
  }

  /** A task says itself that it failed. */
  protected override gaveUp(): void {}

  #call(
    visit: Visit,
    argument: Payload,
    roleArn: string | undefined,
    watch: Watch,
    events: TaskEvents,
  ): Promise<Json> {
    const { tasks, about } = visit.execution;
    return tasks.run({
      resource: this.#resource,
      input: argument.value,
      roleArn: roleArn ?? about.Execution.RoleArn,
      taskToken: visit.taskToken,
      executionArn: about.Execution.Id,
      signal: watch.signal,
      heartbeat: () => watch.heartbeat(),
      submitted: (output) => {
        if (!watch.signal.aborted) events.submitted(payload(output));
      },
    });
  }

  /** The role of Credentials; undefined: the machine's own. */
  async #roleOf(scope: Scope): Promise<string | undefined> {
    const credentials = await this.#credentials?.(scope);
    if (credentials === undefined) return undefined;
    const roleArn = isObject(credentials) ? credentials.RoleArn : undefined;
    if (typeof roleArn === 'string') return roleArn;
    throw runtimeError(
      `The field 'Credentials' must have a RoleArn that is a string, but has: ${JSON.stringify(roleArn)}`,
    );
  }
}

const compileCredentials = (compiler: Compiler, { Credentials }: TaskFields): Expression | undefined => {
  if (Credentials === undefined) return undefined;
  const names = compiler.language === 'JSONata' ? ['RoleArn'] : ['RoleArn', 'RoleArn.$'];
  if (!names.some((name) => Object.hasOwn(Credentials, name)))
    compiler.problem("The field 'RoleArn' is required but was missing", 'Credentials');
  const compile = compiler.language === 'JSONata' ? compileJsonata : compileTemplate;
  return compile(compiler, 'Credentials', Credentials);
};
