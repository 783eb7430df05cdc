import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EmbeddedConnection } from './embedded-connection.ts';

type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'closed' }
  | { kind: 'bytes'; connection: number; bytes: Uint8Array }
  | { kind: 'hung-up'; connection: number }
  | { kind: 'failed'; connection: number; reason: string };

/** The worker thread that runs PGlite on one cluster directory. */
export class EmbeddedProcess {
  readonly #worker: Worker;
  readonly #connections = new Map<number, EmbeddedConnection>();
  #lastConnection = 0;
  #failure: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: WorkerMessage) => this.#receive(message));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the embedded database has stopped')));
  }

  /**
   * Starts the thread and waits until it accepts queries; a missing cluster is created. Rejects with PGlite's error.
   */
  static async start(clusterDir: string): Promise<EmbeddedProcess> {
    const worker = new Worker(new URL('./embedded-worker.mjs', import.meta.url), {
      workerData: { clusterDir },
      execArgv: [],
    });
    await once(worker, 'message');
    return new EmbeddedProcess(worker);
  }

  /** Opens a connection. Once the thread has failed, every connection breaks immediately instead of waiting forever. */
  connect(): EmbeddedConnection {
    const id = ++this.#lastConnection;
    const connection = new EmbeddedConnection({
      send: (bytes) => this.#worker.postMessage({ kind: 'bytes', connection: id, bytes }, [bytes.buffer]),
      hangUp: () => this.#worker.postMessage({ kind: 'hang-up', connection: id }),
    });
    this.#connections.set(id, connection);
    if (this.#failure) connection.destroy(this.#failure);
    return connection;
  }

  /** Writes all data to disk and ends the thread. Connections that are still open break. */
  async stop(): Promise<void> {
    if (!this.#failure) {
      const closed = new Promise<void>((resolve) => {
        this.#worker.on('message', (message: WorkerMessage) => message.kind === 'closed' && resolve());
        this.#worker.once('exit', () => resolve());
      });
      this.#worker.postMessage({ kind: 'close' });
      await closed;
    }
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    if (message.kind === 'ready' || message.kind === 'closed') return;
    const connection = this.#connections.get(message.connection);
    if (!connection) return;
    if (message.kind === 'bytes') {
      connection.push(Buffer.from(message.bytes.buffer, message.bytes.byteOffset, message.bytes.byteLength));
      return;
    }
    this.#connections.delete(message.connection);
    if (message.kind === 'hung-up') connection.push(null);
    else connection.destroy(new Error(message.reason));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const connection of this.#connections.values()) connection.destroy(error);
    this.#connections.clear();
  }
}
