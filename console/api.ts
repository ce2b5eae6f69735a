import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Calls, Line, Problem, Progress } from './contract.ts';

type Input<Name extends keyof Calls> = Calls[Name]['input'];
type Result<Name extends keyof Calls> = Calls[Name]['result'];

const GONE: Problem = {
  message: 'The console does not answer.',
  next: 'Its command has ended: start npx headrace console again, and open the address that it prints.',
};

/** Whole lines of a body, as they come. */
const linesOf = async function* (body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
};

interface Hearing<Name extends keyof Calls> {
  signal: AbortSignal;
  hear(line: Line<Result<Name>>): void;
}

const call = async <Name extends keyof Calls>(
  name: Name,
  input: Input<Name>,
  { signal, hear }: Hearing<Name>,
): Promise<void> => {
  const response = await fetch(`/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
    signal,
  });
  const spoken = response.headers.get('content-type') === 'application/x-ndjson';
  if (!spoken || response.body === null)
    return hear({ problem: { message: await response.text(), next: GONE.next } });
  let ended = false;
  for await (const text of linesOf(response.body)) {
    // The server is of the same commit and held to the same contract by the type checker.
    const line = JSON.parse(text) as Line<Result<Name>>;
    ended = !('progress' in line);
    hear(line);
  }
  if (!ended) hear({ problem: GONE });
};

interface CallState<Name extends keyof Calls> {
  busy: boolean;
  progress?: Progress | undefined;
  /** the last one, also while it is asked again */
  result?: Result<Name> | undefined;
  asOf?: string | undefined;
  problem?: Problem | undefined;
}

export interface Asking<Name extends keyof Calls> extends CallState<Name> {
  ask(input: Input<Name>): void;
  cancel(): void;
}

const heard = <Name extends keyof Calls>(
  before: CallState<Name>,
  line: Line<Result<Name>>,
): CallState<Name> => {
  if ('progress' in line) return { ...before, progress: line.progress };
  if ('problem' in line) return { ...before, busy: false, progress: undefined, problem: line.problem };
  return { busy: false, result: line.result, asOf: line.asOf };
};

/** A call that may be made again and again; a new one takes the place of the one before. It ends with its component. */
export const useCall = <Name extends keyof Calls>(name: Name): Asking<Name> => {
  const [state, setState] = useState<CallState<Name>>({ busy: false });
  const running = useRef<AbortController | undefined>(undefined);
  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setState((before) => ({ ...before, busy: false, progress: undefined }));
  }, []);
  const ask = useCallback(
    (input: Input<Name>) => {
      running.current?.abort();
      const own = new AbortController();
      running.current = own;
      setState((before) => ({ ...before, busy: true, progress: undefined, problem: undefined }));
      const hear = (line: Line<Result<Name>>) => {
        if (running.current === own) setState((before) => heard(before, line));
      };
      call(name, input, { signal: own.signal, hear }).catch(() => hear({ problem: GONE }));
    },
    [name],
  );
  useEffect(() => () => running.current?.abort(), []);
  return { ...state, ask, cancel };
};
