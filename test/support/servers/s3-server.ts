import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { S3Place } from '../../../src/storage/s3-store.ts';

interface Running {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}

/** The library has no types. */
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => Running;

export const BUCKET = 'attachments';
const KEY = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** A server that speaks the protocol of S3, on a port of its own, with one bucket. */
export class S3Server {
  readonly place: S3Place;
  readonly #server: Running;
  readonly #folder: string;
  readonly #client: S3Client;

  private constructor(server: Running, folder: string, port: number) {
    this.#server = server;
    this.#folder = folder;
    this.place = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket: BUCKET, ...KEY };
    this.#client = new S3Client({
      endpoint: this.place.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: KEY,
    });
  }

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-s3-'));
    const options = { port: 0, address: '127.0.0.1', silent: true, directory: folder };
    const server = new S3rver({ ...options, configureBuckets: [{ name: BUCKET }] });
    const { port } = await server.run();
    return new S3Server(server, folder, port);
  }

  /** The keys of all objects. */
  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.#client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return Contents.map(({ Key = '' }) => Key);
  }

  async stop(): Promise<void> {
    this.#client.destroy();
    await this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
