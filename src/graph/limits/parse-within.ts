import { type DocumentNode, GraphQLError, parse } from 'graphql';
import type { OperationLimits } from './operation-limits.ts';

type ParseLimits = Pick<OperationLimits, 'maxDocumentBytes' | 'maxTokens'>;

/**
 * Makes a parser for documents of clients. It throws GRAPHQL_PARSE_FAILED and nothing else: the parser recurses, and
 * without a bound on tokens 20,000 braces overflow its stack.
 */
export function parseWithin({ maxDocumentBytes, maxTokens }: ParseLimits): (source: string) => DocumentNode {
  return (source) => {
    if (Buffer.byteLength(source) > maxDocumentBytes) {
      throw parseFailed(`The document is larger than ${maxDocumentBytes} bytes (MAX_DOCUMENT_BYTES).`);
    }
    try {
      return parse(source, { maxTokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      // Only its message distinguishes this error from a syntax error.
      const isTooLong = /tokens\. Parsing aborted/.test(error.message);
      throw isTooLong
        ? parseFailed(`The document has more than ${maxTokens} tokens (MAX_TOKENS).`, error)
        : parseFailed(error.message, error);
    }
  };
}

function parseFailed(message: string, at?: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    source: at?.source ?? null,
    positions: at?.positions ?? null,
    extensions: { code: 'GRAPHQL_PARSE_FAILED' },
  });
}
