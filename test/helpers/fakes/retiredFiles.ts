import type { LeftOver, RetiredFiles, RetiredMartRun } from '../../../src/ports/ledger.ts';
import { type Effects, recordEffects } from '../effects.ts';

interface RetiredBuild {
  partition: string;
  build: string;
}

export interface FakeRetiredFiles extends RetiredFiles {
  readonly builds: (RetiredBuild & { at: Date })[];
  readonly martRuns: (RetiredMartRun & { at: Date })[];
}

/** Notes of files: of several notes of the same file the newest counts. */
const notesOf = <Note extends object>(nameOf: (note: Note) => string) => {
  const notes: (Note & { at: Date })[] = [];
  const isOf = (note: Note) => (other: Note) => nameOf(other) === nameOf(note);
  return {
    notes,
    /** What was shown is noted anew, the others unless they are already. */
    fresh: ({ shown, others }: LeftOver, noteOf: (name: string) => Note): Note[] => [
      ...(shown === undefined ? [] : [noteOf(shown)]),
      ...others
        .filter((name) => name !== shown)
        .map(noteOf)
        .filter((note) => !notes.some(isOf(note))),
    ],
    before(moment: Date, limit: number): (Note & { at: Date })[] {
      const newest = new Map(notes.toSorted((a, b) => +a.at - +b.at).map((note) => [nameOf(note), note]));
      return [...newest.values()].filter(({ at }) => at < moment).slice(0, limit);
    },
    forget(note: Note): void {
      const kept = notes.filter((other) => !isOf(note)(other));
      notes.splice(0, notes.length, ...kept);
    },
  };
};

/**
 * Retired files in memory. Effects: `retire <partition> <build>`, `retire <mart> <day> <run>`,
 * `forgetBuild <partition> <build>`, `forgetMartRun <mart> <day> <run>`.
 */
export const createFakeRetiredFiles = (
  now: () => Date,
  effects: Effects = recordEffects(),
): FakeRetiredFiles => {
  const builds = notesOf<RetiredBuild>(({ partition, build }) => `${partition} ${build}`);
  const martRuns = notesOf<RetiredMartRun>(({ mart, day, run }) => `${mart} ${day} ${run}`);
  return {
    builds: builds.notes,
    martRuns: martRuns.notes,
    async retireBuilds(partition, left) {
      for (const note of builds.fresh(left, (build) => ({ partition, build }))) {
        effects.happen(`retire ${partition} ${note.build}`);
        builds.notes.push({ ...note, at: now() });
      }
    },
    retiredBuilds: async (before, limit) =>
      builds.before(before, limit).map(({ partition, build }) => ({ partition, build })),
    async forgetBuild(partition, build) {
      effects.happen(`forgetBuild ${partition} ${build}`);
      builds.forget({ partition, build });
    },
    async retireMartRuns(mart, day, left) {
      for (const note of martRuns.fresh(left, (run) => ({ mart, day, run }))) {
        effects.happen(`retire ${mart} ${day} ${note.run}`);
        martRuns.notes.push({ ...note, at: now() });
      }
    },
    retiredMartRuns: async (before, limit) =>
      martRuns.before(before, limit).map(({ mart, day, run }) => ({ mart, day, run })),
    async forgetMartRun(run) {
      effects.happen(`forgetMartRun ${run.mart} ${run.day} ${run.run}`);
      martRuns.forget(run);
    },
  };
};
