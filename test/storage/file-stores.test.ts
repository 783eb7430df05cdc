import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DiskStore } from '../../src/storage/disk-store.ts';
import type { FileStore } from '../../src/storage/file-store.ts';
import { S3Store } from '../../src/storage/s3-store.ts';
import { BUCKET, S3Server } from '../support/servers/s3-server.ts';

const NEVER = new AbortController().signal;
/** More than two parts of S3, the last of which is not full. */
const LARGE = 20 * 1_024 * 1_024 + 17;

async function* chunks(total: number, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < total; sent += size)
    yield Buffer.alloc(Math.min(size, total - sent), (sent / size) % 251);
}

async function* text(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

async function contentOf(store: FileStore, id: string, range?: { first: number; last: number }) {
  const stream = await store.read(id, range);
  if (!stream) return null;
  const read: Buffer[] = [];
  for await (const chunk of stream) read.push(chunk);
  return Buffer.concat(read);
}

/** The promises of every store. `list` names all that it keeps. */
function contract(open: () => { store: FileStore; list: () => Promise<string[]> }): void {
  test('it gives back what was written, whole and in ranges, and nothing once it is removed', async () => {
    const { store, list } = open();
    const id = crypto.randomUUID();
    expect(await store.read(id)).toBeNull();
    await store.write(id, text('Hello, ', 'world'), NEVER);
    expect(String(await contentOf(store, id))).toBe('Hello, world');
    expect(String(await contentOf(store, id, { first: 7, last: 8 }))).toBe('wo');
    await store.remove(id);
    await store.remove(id);
    expect(await store.read(id)).toBeNull();
    expect(await list()).toEqual([]);
  });

  test('a large file has the bytes of its source', async () => {
    const { store } = open();
    const id = crypto.randomUUID();
    await store.write(id, chunks(LARGE), NEVER);
    const expected: Buffer[] = [];
    for await (const chunk of chunks(LARGE)) expected.push(Buffer.from(chunk));
    expect((await contentOf(store, id))?.equals(Buffer.concat(expected))).toBe(true);
    await store.remove(id);
  });

  test.each([1, LARGE])('a source that throws after %d bytes leaves nothing', async (bytes) => {
    const { store, list } = open();
    const id = crypto.randomUUID();
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield* chunks(bytes);
      throw new Error('broken');
    }
    await expect(store.write(id, breaking(), NEVER)).rejects.toThrow('broken');
    expect(await store.read(id)).toBeNull();
    expect(await list()).toEqual([]);
  });

  test('a write that is aborted leaves nothing', async () => {
    const { store, list } = open();
    const id = crypto.randomUUID();
    const aborting = new AbortController();
    async function* aborted(): AsyncGenerator<Uint8Array> {
      yield* chunks(100_000);
      aborting.abort();
      yield* chunks(100_000);
    }
    await expect(store.write(id, aborted(), aborting.signal)).rejects.toThrow();
    expect(await store.read(id)).toBeNull();
    expect(await list()).toEqual([]);
  });

  test('an id that no row has is no address', async () => {
    const { store } = open();
    for (const id of ['../x', '', 'a/b', `${crypto.randomUUID()}/..`]) {
      await expect(store.write(id, text('x'), NEVER)).rejects.toThrow(TypeError);
      await expect(store.read(id)).rejects.toThrow(TypeError);
      await expect(store.remove(id)).rejects.toThrow(TypeError);
    }
  });
}

describe('76: files in a directory', () => {
  let folder: string;
  let store: DiskStore;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockstep-store-'));
    store = new DiskStore(path.join(folder, 'made'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const list = async () => {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    return found.filter((entry) => entry.isFile()).map(({ name }) => name);
  };
  contract(() => ({ store, list }));
});

describe('76: files in a bucket of a server that speaks S3', () => {
  let server: S3Server;
  let store: S3Store;
  beforeAll(async () => {
    server = await S3Server.start();
    store = new S3Store(server.place);
  });
  afterAll(async () => {
    store.close();
    await server.stop();
  });
  contract(() => ({ store, list: () => server.keys() }));

  test('a bucket that does not exist is an error and no missing file', async () => {
    const other = new S3Store({ ...server.place, bucket: `${BUCKET}-other` });
    const id = crypto.randomUUID();
    await expect(other.read(id)).rejects.toThrow();
    await expect(other.write(id, text('x'), NEVER)).rejects.toThrow();
    other.close();
  });
});
