import { loadSecrets } from '../../src/config/secrets.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';

/** Reads the number of a change from its cursor, which a client cannot; zero without a cursor. */
export type SeqOf = (cursor: string | undefined) => number;

/** Makes the reader of the cursors of one installation. */
export async function seqOfCursors(config: Parameters<typeof loadSecrets>[0]): Promise<SeqOf> {
  const codec = new CursorCodec((await loadSecrets(config)).cursors);
  return (cursor) => (cursor ? codec.decode(cursor).seq : 0);
}
