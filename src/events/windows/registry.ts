import { windows } from '#project';
import type { WindowType } from './windowType.ts';

/** The windows that the project declares: the files of queries/windows/. */
export const knownWindows: readonly WindowType[] = windows;
