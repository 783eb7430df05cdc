import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'graphql-yoga';
import { StartError } from '../../core/process/start-error.ts';
import { sentences } from '../../core/requests/fault.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import type { Arrival } from './operation-source.ts';

/** The documents of the operator's own clients, each by the SHA-256 of its text. */
export type TrustedDocuments = ReadonlyMap<string, string>;

const CLOSED = sentences('FORBIDDEN', {
  DOCUMENT_CLOSED: 'Only the documents of TRUSTED_DOCUMENTS are executed here (TRUSTED_DOCUMENTS_ONLY).',
});

/**
 * Reads the file of TRUSTED_DOCUMENTS: a JSON object with the text of each document under its SHA-256 in hexadecimal
 * digits, as code generators write it for persisted documents. Throws StartError if it is anything else, because a
 * document under a wrong hash would never be found.
 */
export function readTrustedDocuments(path: string): TrustedDocuments {
  const documents = Object.entries(parse(path));
  for (const [hash, text] of documents) {
    if (typeof text !== 'string' || hashOfDocument(text) !== hash) {
      throw new StartError(
        `TRUSTED_DOCUMENTS (${path}): the key "${hash.slice(0, 64)}" is not the SHA-256 of its document.`,
      );
    }
  }
  return new Map(documents as [string, string][]);
}

/**
 * Refuses every document that is not one of `trusted`, over every transport, before it is parsed. What the server has
 * written itself needs no trust.
 */
export function onlyTrustedDocuments(trusted: TrustedDocuments): Plugin {
  return {
    onParse({ params: { source }, context }) {
      if ((context as Partial<Arrival>).isOwnDocument) return;
      const text = typeof source === 'string' ? source : source.body;
      if (!trusted.has(hashOfDocument(text))) throw refusedBy(CLOSED.DOCUMENT_CLOSED());
    },
  };
}

/** Returns the SHA-256 of the text of a document in hexadecimal digits. */
export function hashOfDocument(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parse(path: string): object {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
  } catch (error) {
    throw new StartError(`TRUSTED_DOCUMENTS (${path}) cannot be read: ${(error as Error).message}.`);
  }
  throw new StartError(`TRUSTED_DOCUMENTS (${path}) must be a JSON object of documents by their SHA-256.`);
}
