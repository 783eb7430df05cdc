import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

const MAX_BYTES = 4 * 1_024 * 1_024;
/** The memory of a parsed and validated document, for each character of its text: measured with aliases of one field. */
const BYTES_PER_CHARACTER = 50;

/** Keeps nothing: a text that cannot be parsed costs its sender the same each time. */
const NO_ERRORS = { get: () => undefined, set: () => {} };

/**
 * The caches of parsed and validated documents. A client that has not signed in can send any number of documents, also
 * invalid ones, so the cache is bounded by the memory that they take and not by their number. The result of a validation
 * lives as long as its document.
 */
export function documentCaches() {
  const documentCache = new LRUCache<string, DocumentNode>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_document, text) => BYTES_PER_CHARACTER * (text.length + 1),
  });
  return { documentCache, errorCache: NO_ERRORS };
}
