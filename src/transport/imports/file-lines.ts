import { createHash } from 'node:crypto';
import type { FileLine } from '../../core/rows/bulk-action.ts';
import { FILE, fileRefused, MAX_FILE_BYTES } from './file-refusals.ts';
import type { FileColumns, FileRow } from './file-row.ts';
import { utf8Bytes } from './utf8-bytes.ts';

/** Reads the rows of a file in one format. */
export type ReadRows = (bytes: AsyncIterable<Buffer>, columns: FileColumns) => AsyncIterable<FileRow>;

/** A file as a client sends it, and what it must be. */
export interface SentFile {
  readonly chunks: AsyncIterable<Buffer>;
  readonly readRows: ReadRows;
  readonly columns: FileColumns;
  /** The key that no other line of the file may have; null for none. */
  readonly keyOf: (cells: FileRow['cells']) => string | null;
  /** Receives the bytes as they arrive. */
  readonly onBytes: (bytes: Buffer) => void;
}

/**
 * Reads the lines of a file as they arrive, each with the earlier line of the same key. It keeps a digest of every key and
 * nothing else of the lines. Throws UserErrors for a file without rows, and for one that its format refuses.
 */
export async function* fileLines(file: SentFile): AsyncGenerator<FileLine> {
  const firstLines = new Map<string, number>();
  let isEmpty = true;
  for await (const { line, cells } of file.readRows(utf8Bytes(noted(file), MAX_FILE_BYTES), file.columns)) {
    isEmpty = false;
    const key = file.keyOf(cells);
    const digest = key === null ? null : createHash('sha256').update(key).digest('base64url');
    const firstLine = (digest !== null && firstLines.get(digest)) || null;
    if (digest !== null && firstLine === null) firstLines.set(digest, line);
    yield { line, cells, firstLine };
  }
  if (isEmpty) throw fileRefused(FILE.FILE_HAS_NO_ROWS());
}

async function* noted({ chunks, onBytes }: SentFile): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk);
    yield chunk;
  }
}
