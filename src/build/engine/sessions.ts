import { dirname, join } from 'node:path';
import type { BuildSize } from '../../ports/build.ts';
import { spillFolder } from './folder.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import { emptyStage, prepareStatements } from './sql.ts';

/** Of a small hour most of the work is to plan statements: a second thread would only be woken and put to sleep. */
const THREADS_OF_SMALL = 1;

interface Kept {
  session: Session;
  /** the folder that its builds' folders are in */
  root: string;
}

const openPrepared = async (options: SessionOptions): Promise<Session> => {
  const session = await openSession(options);
  for (const statement of prepareStatements) await session.run(statement);
  return session;
};

/**
 * Runs builds, each in a session with an empty table `stage`. To open one takes about a third of the CPU time of an
 * hour of a hundred events. So the session of a small hour is kept for the next one in this process, which comes at
 * once while history is built. A build that fails leaves nothing to the next; a large hour has all memory for itself.
 */
export const createSessions = (memoryMb: number) => {
  let kept: Kept | undefined;

  const closeKept = (): void => {
    kept?.session.close();
    kept = undefined;
  };

  /** Whoever comes while it is in use opens one of his own. */
  const takeKept = (root: string): Session | undefined => {
    if (kept?.root !== root) return undefined;
    const { session } = kept;
    kept = undefined;
    return session;
  };

  const openSmall = async (root: string): Promise<Session> => {
    const { path: spill, release } = spillFolder(root);
    try {
      const options = { folder: root, spill, memoryMb, parts: 1, threads: THREADS_OF_SMALL };
      const session = await openPrepared(options);
      const close = (): void => {
        session.close();
        release();
      };
      return { ...session, close };
    } catch (error) {
      release();
      throw error;
    }
  };

  const keep = (session: Session, root: string): void => {
    closeKept();
    kept = { session, root };
  };

  const small = async <Result>(root: string, work: (session: Session) => Promise<Result>) => {
    const session = takeKept(root) ?? (await openSmall(root));
    try {
      const result = await work(session);
      await session.run(emptyStage);
      keep(session, root);
      return result;
    } catch (error) {
      session.close();
      throw error;
    }
  };

  const large = async <Result>(
    folder: string,
    parts: number,
    work: (session: Session) => Promise<Result>,
  ): Promise<Result> => {
    closeKept();
    const session = await openPrepared({ folder, spill: join(folder, 'spill'), memoryMb, parts });
    try {
      return await work(session);
    } finally {
      session.close();
    }
  };

  return <Result>(
    folder: string,
    size: BuildSize,
    work: (session: Session) => Promise<Result>,
  ): Promise<Result> => (size.small ? small(dirname(folder), work) : large(folder, size.parts, work));
};
