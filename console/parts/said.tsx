import type { ComponentChildren } from 'preact';
import { useClock } from '../clock.ts';
import type { Problem, Progress, RunbookEntry } from '../contract.ts';

/** What went wrong, and what to do about it. */
export const Trouble = ({
  problem,
  again,
}: {
  problem: Problem | undefined;
  again?: (() => void) | undefined;
}) =>
  problem ? (
    <div class="trouble" role="alert">
      <p class="text">{problem.message}</p>
      <p class="text">{problem.next}</p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  ) : null;

/** What is being done, while it takes. */
export const Working = ({
  busy,
  progress,
  cancel,
}: {
  busy: boolean;
  progress?: Progress | undefined;
  cancel?: (() => void) | undefined;
}) => (
  <div class="working" role="status">
    {busy && (
      <>
        <progress
          aria-label={progress?.text ?? 'Working'}
          {...(progress?.total ? { value: progress.done ?? 0, max: progress.total } : {})}
        />
        <span>{progress?.text ?? 'Reading …'}</span>
        {cancel && (
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        )}
      </>
    )}
  </div>
);

/** As of when the numbers beside it are. */
export const AsOf = ({ at }: { at: string | undefined }) => {
  const { clock, timeZone } = useClock();
  return at === undefined ? null : (
    <span class="quiet">
      as of <time dateTime={at}>{clock(at)}</time> {timeZone}
    </span>
  );
};

/** Nothing is there yet: how to get something. */
export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;

export const Section = ({
  title,
  asOf,
  children,
}: {
  title: string;
  asOf?: string | undefined;
  children: ComponentChildren;
}) => (
  <section aria-label={title}>
    <div class="head">
      <h2>{title}</h2>
      <AsOf at={asOf} />
    </div>
    {children}
  </section>
);

/** What docs/runbook.md says: its items, without the marks of Markdown. */
export const Entry = ({ entry }: { entry: RunbookEntry | null }) =>
  entry === null ? null : (
    <details>
      <summary>What to do: runbook, {entry.name}</summary>
      {entry.text.split('\n').map((line) => (
        <p key={line}>
          {line
            .replace(/^- /, '')
            .replaceAll('**', '')
            .replaceAll('`', '')
            .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')}
        </p>
      ))}
    </details>
  );
