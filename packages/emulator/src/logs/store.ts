import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A log group of the template, or of a function that the template declares none for. */
export interface LogGroup {
  name: string;
  retentionInDays?: number | undefined;
  /** what writes there; without it the group is empty */
  stream?: { name: string; file: string } | undefined;
}

export interface LogEvent {
  /** stays the same as long as the event is there */
  id: string;
  timestamp: number;
  message: string;
}

/** Of the files of a group. */
interface LogSize {
  createdMs: number;
  bytes: number;
}

/** Log groups, and what stands in the files that functions and delivery streams write: see lambda/logFile.ts. */
export class LogStore {
  readonly #folder: string;
  readonly #groups = new Map<string, LogGroup>();

  /** `folder`: where the log files are */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a group, or what is known of one that is there. */
  put(group: LogGroup): void {
    this.#groups.set(group.name, { ...this.#groups.get(group.name), ...group });
  }

  find(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  /** By name. */
  all(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Without reading it. */
  size(group: LogGroup): LogSize {
    const files = this.#files(group).map((path) => statSync(path));
    return {
      createdMs: Math.floor(files[0]?.birthtimeMs ?? 0),
      bytes: files.reduce((sum, { size }) => sum + size, 0),
    };
  }

  /** Oldest first. */
  read(group: LogGroup): LogEvent[] {
    return this.#files(group).flatMap(readLog);
  }

  /** A file that is full becomes <path>.1, and the one before goes. */
  #files({ stream }: LogGroup): string[] {
    if (stream === undefined) return [];
    const path = join(this.#folder, stream.file);
    return [`${path}.1`, path].filter((each) => existsSync(each));
  }
}

const readLog = (path: string): LogEvent[] => {
  const { birthtimeMs, ino } = statSync(path);
  const text = readFileSync(path, 'utf8');
  let timestamp = Math.floor(birthtimeMs);
  let at = 0;
  const events: LogEvent[] = [];
  for (const line of text.split('\n')) {
    if (line !== '') {
      const { message, at: said } = entryOf(line);
      timestamp = said ?? timestamp;
      // A renamed file keeps its inode, and a line its place.
      events.push({ id: `${ino}${String(at).padStart(12, '0')}`, timestamp, message });
    }
    at += line.length + 1;
  }
  return events;
};

const entry = z.looseObject({
  timestamp: z.union([z.string(), z.number()]).optional(),
  time: z.string().optional(),
  message: z.unknown().optional(),
  _aws: z.looseObject({ Timestamp: z.number() }).optional(),
});

/** A line as whoever wrote it did, and when: a line that says no time is of the same moment as the one before it. */
const entryOf = (line: string): { message: string; at: number | undefined } => {
  const parsed = entry.safeParse(json(line));
  if (!parsed.success) return { message: line, at: undefined };
  const { data } = parsed;
  const said = data.timestamp ?? data.time ?? data._aws?.Timestamp;
  const at = said === undefined ? Number.NaN : new Date(said).getTime();
  // Plain text was wrapped when it was written.
  const wrapped =
    typeof data.message === 'string' && Object.keys(data).sort().join(' ') === 'message timestamp';
  return { message: wrapped ? String(data.message) : line, at: Number.isNaN(at) ? undefined : at };
};

const json = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
