import { LRUCache } from 'lru-cache';

/** The number of times after which a statement is prepared: one that is sent a few times would be planned in vain. */
const WORTH_PREPARING = 20;
/** PostgreSQL keeps each prepared statement for as long as its connection: some 50 KB each, so 10 MB for a connection. */
const MAX_PREPARED = 200;
/** The statements that are counted at a time; the one that was sent least recently is forgotten. */
const MAX_COUNTED = 2_000;
/** Longer texts are those of long lists of values, each of which is another statement. */
const MAX_CHARACTERS = 8_192;

/**
 * Names the statements that are sent often. PostgreSQL parses a statement with a name once for each connection, and plans
 * it again only as long as plans for the values at hand are better than one for all values. Names are never taken back, as
 * a connection cannot give a statement back: so the first that are sent often have them.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  readonly #counts = new LRUCache<string, number>({ max: MAX_COUNTED });

  /** The name of a statement that is about to be sent; the empty one, which PostgreSQL forgets, if it is not prepared. */
  nameOf(text: string): string {
    const name = this.#names.get(text) ?? '';
    if (name || this.#names.size === MAX_PREPARED || text.length > MAX_CHARACTERS) return name;
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (count < WORTH_PREPARING) {
      this.#counts.set(text, count);
      return '';
    }
    this.#counts.delete(text);
    const given = `prepared_${this.#names.size + 1}`;
    this.#names.set(text, given);
    return given;
  }
}
