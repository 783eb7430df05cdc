import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { type ByteRange, type FileStore, requireStoredId } from './file-store.ts';

/** A folder has the files of which the ids have the same last characters, so none grows without bound. */
const FOLDER_CHARACTERS = 2;
const PARTS = 'parts';

/**
 * Keeps files in a folder of a disk. A file is written beside the others, synchronised, and then renamed, so a node that
 * is killed leaves a part and never a file that looks whole. Nodes share the folder.
 */
export class DiskStore implements FileStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = path.resolve(folder);
  }

  async write(id: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const [part, file] = [this.#partOf(id), this.#fileOf(id)];
    await mkdir(path.dirname(part), { recursive: true, mode: 0o700 });
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    try {
      const handle = await open(part, 'wx', 0o600);
      try {
        for await (const chunk of bytes) {
          signal.throwIfAborted();
          await handle.writeFile(chunk);
        }
        signal.throwIfAborted();
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    await syncFolder(path.dirname(file));
  }

  async read(id: string, range?: ByteRange): Promise<Readable | null> {
    const file = this.#fileOf(id);
    const found = await stat(file).catch(nullIfMissing);
    if (!found) return null;
    return createReadStream(file, range && { start: range.first, end: range.last });
  }

  async remove(id: string): Promise<void> {
    await rm(this.#partOf(id), { force: true });
    await rm(this.#fileOf(id), { force: true });
  }

  close(): void {
    // It has no connections.
  }

  #partOf(id: string): string {
    requireStoredId(id);
    return path.join(this.#folder, PARTS, id);
  }

  #fileOf(id: string): string {
    requireStoredId(id);
    return path.join(this.#folder, id.slice(-FOLDER_CHARACTERS), id);
  }
}

/** Has the disk keep the name of a new file, too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
