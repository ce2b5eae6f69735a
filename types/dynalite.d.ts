declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** DynamoDB in one process; `path` is a LevelDB folder, without it the tables are in memory. */
  const dynalite: (options?: { path?: string; createTableMs?: number; deleteTableMs?: number }) => Server;
  // biome-ignore lint/style/noDefaultExport: this is how the package exports it
  export default dynalite;
}
