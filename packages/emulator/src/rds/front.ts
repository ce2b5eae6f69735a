import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** What may happen to a database: the connection is made, or a transaction is to be committed. */
type DatabaseOperation = 'Connect' | 'COMMIT';

/** `drop`: before the database has seen it. `cut`: after the database has done it, before its answer is out. */
export type MeddleWithDatabase = (operation: DatabaseOperation) => 'drop' | 'cut' | undefined;

interface FrontOptions {
  /** the port of last time; another one is taken where it is not free */
  port: number;
  /** starts the database, and gives its port */
  start(): Promise<number>;
  meddle: MeddleWithDatabase;
  /** told when the database cannot be started */
  onError(error: unknown): void;
}

/** As the wire protocol has it: the text of a query, and the tag of its answer, both end so. */
const COMMIT = Buffer.from('COMMIT\0');

/**
 * The address of a database. It is there from the boot on; the first connection starts the database, as the first
 * connection resumes a cluster that has scaled to zero. It can be taken away and brought back.
 */
export class Front {
  readonly #options: FrontOptions;
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();
  #away = false;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#server.on('connection', (client) => void this.#take(client));
  }

  async listen(): Promise<void> {
    await this.#listen(this.#options.port).catch(() => this.#listen(0));
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The front does not listen');
    return address.port;
  }

  /** Cuts every connection, and each that comes until `bringBack`. */
  takeAway(): void {
    this.#away = true;
    this.#cutAll();
  }

  bringBack(): void {
    this.#away = false;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.takeAway();
    await closed;
  }

  async #listen(port: number): Promise<void> {
    const listening = once(this.#server, 'listening');
    this.#server.listen(port, '127.0.0.1');
    await listening;
  }

  #cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #take(client: Socket): Promise<void> {
    this.#keep(client);
    if (this.#away || this.#options.meddle('Connect') !== undefined) return void client.destroy();
    try {
      const port = await this.#options.start();
      if (!client.destroyed) this.#join(client, connect({ port, host: '127.0.0.1', noDelay: true }));
    } catch (error) {
      client.destroy();
      this.#options.onError(error);
    }
  }

  #join(client: Socket, database: Socket): void {
    this.#keep(database);
    const cut = (): void => {
      client.destroy();
      database.destroy();
    };
    client.once('close', cut);
    database.once('close', cut);
    const commits = new Commits(this.#options.meddle, cut);
    client.pipe(commits.asked).pipe(database);
    database.pipe(commits.answered).pipe(client);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket.setNoDelay(true));
    socket.once('close', () => this.#sockets.delete(socket));
    // Whoever has gone has gone: its other half is cut when it closes.
    socket.on('error', () => {});
  }
}

/** The two directions of a connection, which breaks at a COMMIT where it is to. */
class Commits {
  #cutsAnswer = false;
  readonly asked: Transform;
  readonly answered: Transform;

  constructor(meddle: MeddleWithDatabase, cut: () => void) {
    this.asked = through((part) => {
      const fate = part.includes(COMMIT) ? meddle('COMMIT') : undefined;
      this.#cutsAnswer ||= fate === 'cut';
      if (fate === 'drop') cut();
      return fate !== 'drop';
    });
    this.answered = through((part) => {
      const stays = !(this.#cutsAnswer && part.includes(COMMIT));
      if (!stays) cut();
      return stays;
    });
  }
}

/** Passes on what `passes` lets through. */
const through = (passes: (part: Buffer) => boolean): Transform =>
  new Transform({
    transform(part: Buffer, _encoding, done) {
      if (passes(part)) this.push(part);
      done();
    },
  });
