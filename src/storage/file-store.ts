import type { Readable } from 'node:stream';

/** The bytes of a range, both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The place where the bytes of files are kept, by ids that the server makes: nothing that a client sends is part of an
 * address in it. Each implementation fulfils the contract in `test/storage/file-stores.test.ts`.
 */
export interface FileStore {
  /**
   * Writes a file as its bytes come, holding a few of them at a time. The file is there as a whole once the promise
   * resolves. If the source throws or `signal` is aborted it throws, and nothing of the file is there.
   */
  write(id: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Opens a file, or a range that is within it; null if there is no such file. */
  read(id: string, range?: ByteRange): Promise<Readable | null>;
  /** Removes a file, and what a write that was killed has left of it; without effect if there is nothing. */
  remove(id: string): Promise<void>;
  /** Ends its connections. */
  close(): void;
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws for an id that the server has not made: it would be part of an address. */
export function requireStoredId(id: string): void {
  if (!ID.test(id)) throw new TypeError('A stored file has the id of its row.');
}
