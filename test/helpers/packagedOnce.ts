import { madeOnce } from './made.ts';
import { type Packaged, packaged } from './packaged.ts';

/** A file of its own: scripts use what it makes outside of jest. */

/** The package of a stage, for all tests of a file. */
export const packagedOnce = (stage: string): Packaged => madeOnce(() => packaged(stage), undefined, 600_000);
