import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { sentences } from '../../core/requests/fault.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import { operationOf } from './operation-source.ts';
import { hashOfDocument, type TrustedDocuments } from './trusted-documents.ts';

const MAX_BYTES = 4 * 1_024 * 1_024;
/** The memory of a text with its hash. */
const bytesOf = (text: string): number => 2 * (64 + text.length);
const HASH = /^[\da-f]{64}$/;

const UNKNOWN = sentences('PERSISTED_QUERY_NOT_FOUND', {
  // Clients compare the sentence or the code.
  UNKNOWN_QUERY: 'PersistedQueryNotFound',
});
const REQUEST = sentences('BAD_USER_INPUT', {
  NO_PERSISTED_QUERY:
    'The extension "persistedQuery" must be an object with "version" 1 and a "sha256Hash" of 64 hexadecimal digits.',
  WRONG_HASH: 'The "sha256Hash" is not the hash of the "query".',
});

/**
 * Takes the hash of a document in the place of its text, as Apollo's automatic persisted queries do: an unknown hash is
 * refused with PERSISTED_QUERY_NOT_FOUND, the client sends the text with the hash once, and then the hash alone.
 *
 * A text is kept when a signed-in client executes it within all limits, so strangers and refused documents fill nothing,
 * and all texts together are bounded in bytes. Each node keeps its own. Trusted documents are known from the start.
 */
export function persistedQueries(trusted: TrustedDocuments): Plugin {
  const texts = new LRUCache<string, string>({ maxSize: MAX_BYTES, sizeCalculation: bytesOf });
  const keep = (params: GraphQLParams | undefined): void => {
    const hash = hashIn(params);
    if (hash && params?.query) texts.set(hash, params.query);
  };
  return {
    onParams({ params, setParams }) {
      const hash = hashIn(params);
      if (!hash) return;
      if (params.query) return requireHashOf(params.query, hash);
      const query = trusted.get(hash) ?? texts.get(hash);
      // 200, because clients read the errors of no other status.
      if (!query) throw refusedBy(UNKNOWN.UNKNOWN_QUERY(), { extensions: { http: { status: 200 } } });
      setParams({ ...params, query });
    },
    onExecute({ args }) {
      if (operationOf(args).viewer) keep(args.contextValue.params);
    },
    onSubscribe({ args }) {
      if (operationOf(args).viewer) keep(args.contextValue.params);
    },
  };
}

function hashIn(params: GraphQLParams | undefined): string | null {
  const persisted: unknown = params?.extensions?.persistedQuery;
  if (persisted === undefined) return null;
  const { version, sha256Hash } = (persisted ?? {}) as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string' || !HASH.test(sha256Hash)) {
    throw refusedBy(REQUEST.NO_PERSISTED_QUERY(), { extensions: { http: { status: 400 } } });
  }
  return sha256Hash;
}

function requireHashOf(query: string, hash: string): void {
  if (hashOfDocument(query) === hash) return;
  throw refusedBy(REQUEST.WRONG_HASH(), { extensions: { http: { status: 400 } } });
}
