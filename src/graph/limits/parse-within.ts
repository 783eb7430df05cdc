import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import { refusedBy } from '../schema/refused-by.ts';
import type { OperationLimits } from './operation-limits.ts';

const DOCUMENT = sentences('GRAPHQL_PARSE_FAILED', {
  DOCUMENT_TOO_LARGE: 'The document is larger than {max} bytes (MAX_DOCUMENT_BYTES).',
  TOO_MANY_TOKENS: 'The document has more than {max} tokens (MAX_TOKENS).',
  NO_GRAPHQL: '{explanation}',
});

type ParseLimits = Pick<OperationLimits, 'maxDocumentBytes' | 'maxTokens'>;

/**
 * Makes a parser for documents of clients. It throws GRAPHQL_PARSE_FAILED and nothing else: the parser recurses, and
 * without a bound on tokens 20,000 braces overflow its stack.
 */
export function parseWithin({ maxDocumentBytes, maxTokens }: ParseLimits): (source: string) => DocumentNode {
  return (source) => {
    if (Buffer.byteLength(source) > maxDocumentBytes) {
      throw parseFailed(DOCUMENT.DOCUMENT_TOO_LARGE({ max: maxDocumentBytes }));
    }
    try {
      return parse(source, { maxTokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      // Only its message distinguishes this error from a syntax error.
      const isTooLong = /tokens\. Parsing aborted/.test(error.message);
      throw isTooLong
        ? parseFailed(DOCUMENT.TOO_MANY_TOKENS({ max: maxTokens }), error)
        : parseFailed(DOCUMENT.NO_GRAPHQL({ explanation: error.message }), error);
    }
  };
}

function parseFailed(fault: Fault<'GRAPHQL_PARSE_FAILED'>, at?: GraphQLError): GraphQLError {
  return refusedBy(fault, { source: at?.source ?? null, positions: at?.positions ?? null });
}
