/** A file of a kit: its path in the folder that the kit is written to, and its bytes or text. */
export interface KitFile {
  path: string;
  content: string | Uint8Array;
}

/** A name as part of a path, the same on every system. */
export const fileName = (name: string): string => name.replaceAll(/[^\w]+/g, '_').replaceAll(/^_+|_+$/g, '');
