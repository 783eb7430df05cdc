import type { ExecutionResult, GraphQLError } from 'graphql';
import { sentences } from '../core/requests/fault.ts';
import { refusedBy } from '../graph/schema/refused-by.ts';
import { jsonBytes } from '../lib/json-bytes.ts';
import type { PresentErrors } from './present-errors.ts';

const ANSWER = sentences('QUERY_TOO_COMPLEX', {
  ANSWER_TOO_LARGE:
    'The answer is larger than {max} bytes (MAX_ANSWER_BYTES): request smaller pages or fewer fields. If this is a mutation, it is written.',
});

/**
 * Bounds the bytes of each result that leaves the server, before it is serialised: rows are in memory once, however
 * often a document selects their texts under other names. A root field that does not fit is null with an error; the
 * others are answered as far as there is room.
 */
export function limitAnswers(present: PresentErrors, maxBytes: number): PresentErrors {
  return (result, requestId) => present(fitting(result, maxBytes), requestId);
}

function fitting(result: ExecutionResult, maxBytes: number): ExecutionResult {
  if (!result.data) return result;
  let left = maxBytes;
  const refused: GraphQLError[] = [];
  const entries = Object.entries(result.data).map(([name, value]) => {
    const bytes = jsonBytes(value, left);
    if (bytes <= left) {
      left -= bytes;
      return [name, value];
    }
    refused.push(tooLarge(name, maxBytes));
    return [name, null];
  });
  if (refused.length === 0) return result;
  return { ...result, data: Object.fromEntries(entries), errors: [...(result.errors ?? []), ...refused] };
}

function tooLarge(name: string, maxBytes: number): GraphQLError {
  return refusedBy(ANSWER.ANSWER_TOO_LARGE({ max: maxBytes }), { path: [name] });
}
