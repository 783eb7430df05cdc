import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { type ByteRange, type FileStore, requireStoredId } from './file-store.ts';

/** The bucket of a storage that speaks the protocol of S3, and the key that opens it. */
export interface S3Place {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The smallest that allows for the largest file within the 10,000 parts of S3, with room. */
const PART_BYTES = 8 * 1_024 * 1_024;
/** The parts of a file that are sent at a time: with the one that is being gathered, 24 MiB for an upload. */
const PARTS_AT_A_TIME = 2;
const CONNECTION_MS = 5_000;
const REQUEST_MS = 60_000;

/** Keeps files in a bucket. The library is loaded with the first file: most installations have none. */
export class S3Store implements FileStore {
  readonly #place: S3Place;
  #client: Promise<S3Client> | null = null;

  constructor(place: S3Place) {
    this.#place = place;
  }

  async write(id: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const { Upload } = await import('@aws-sdk/lib-storage');
    const upload = new Upload({
      client: await this.#connected(),
      params: { ...this.#addressOf(id), Body: Readable.from(noted(bytes), { objectMode: false }) },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_A_TIME,
      leavePartsOnError: false,
    });
    let fault: unknown;
    async function* noted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      try {
        yield* source;
      } catch (error) {
        fault = error;
        throw error;
      }
    }
    const abort = () => void upload.abort();
    signal.throwIfAborted();
    signal.addEventListener('abort', abort);
    try {
      await upload.done();
      signal.throwIfAborted();
    } catch (error) {
      if (signal.aborted) await this.remove(id);
      // The library may throw what its removal of the parts met.
      throw fault ?? error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async read(id: string, range?: ByteRange): Promise<Readable | null> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const asked = { ...this.#addressOf(id), ...(range && { Range: `bytes=${range.first}-${range.last}` }) };
    try {
      const { Body } = await (await this.#connected()).send(new GetObjectCommand(asked));
      return Body as Readable;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    await this.#removeParts(id);
    await (await this.#connected()).send(new DeleteObjectCommand(this.#addressOf(id)));
  }

  close(): void {
    void this.#client?.then((client) => client.destroy());
  }

  /** Ends the uploads of a file that a killed node has begun. Their parts are in no list of files, and are paid for. */
  async #removeParts(id: string): Promise<void> {
    const { AbortMultipartUploadCommand, ListMultipartUploadsCommand } = await import('@aws-sdk/client-s3');
    const { Bucket, Key } = this.#addressOf(id);
    const client = await this.#connected();
    const { Uploads = [] } = await client
      .send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
      .catch(noneIfUnknown);
    for (const { Key: key, UploadId } of Uploads)
      if (key === Key) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }

  #addressOf(id: string): { readonly Bucket: string; readonly Key: string } {
    requireStoredId(id);
    return { Bucket: this.#place.bucket, Key: `attachments/${id}` };
  }

  #connected(): Promise<S3Client> {
    this.#client ??= this.#connect().catch((error) => {
      this.#client = null;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<S3Client> {
    const { S3Client } = await import('@aws-sdk/client-s3');
    const { endpoint, region, accessKeyId, secretAccessKey } = this.#place;
    return new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
      requestHandler: { connectionTimeout: CONNECTION_MS, requestTimeout: REQUEST_MS },
      // Older storages refuse the checksums that the library adds by itself.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }
}

/** A storage that does not list unfinished uploads removes them by itself. */
function noneIfUnknown(error: { readonly $metadata?: { readonly httpStatusCode?: number } }) {
  if (error.$metadata?.httpStatusCode === 501) return { Uploads: [] };
  throw error;
}
